using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Tests.Api;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary><c>/Agents</c> (draft-wzdk-scim-agent-resource-00): the service accounts that are agent identities, under another schema.</summary>
public sealed class AgentsApiTests
{
    private const string Schema = "urn:ietf:params:scim:schemas:core:2.0:Agent";
    private const string AccountSchema = "urn:scimbridge:params:scim:schemas:core:2.0:ServiceAccount";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Agent_is_a_service_account_under_another_schema(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var (ann, bo) = (await bridge.UserAsync("ann"), await bridge.UserAsync("bo"));

        var created = (await bridge.PostAsync("/Agents", Agent("triage", ann, a => a["active"] = false))).Is(HttpStatusCode.Created);
        Assert.Equal([Schema], created.Body!["schemas"]!.AsArray().Select(s => (string?)s));
        // Where it stands only events move: what the client says of it is passed over.
        Assert.Equal(("triage", "Sorts tickets", true, "Agent", ann), (
            (string?)created.Body["agentUserName"], (string?)created.Body["description"], (bool)created.Body["active"]!, (string?)created.Body["meta"]!["resourceType"],
            (string?)created.Body["owners"]![0]!["value"]));
        Assert.EndsWith("/Agents/" + created.Id, (string)created.Body["meta"]!["location"]!, StringComparison.Ordinal);
        var account = (await bridge.GetAsync("/ServiceAccounts/" + created.Id)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("agentIdentity", 3, "Sorts tickets", ann, ann), (
            (string?)account["kind"], (int)account["criticality"]!, (string?)account["purpose"], (string?)account["owners"]![0]!["value"], (string?)account["sponsors"]![0]!["value"]));

        // What the one says, the other shows; what the agent's schema does not have stays.
        var path = "/Agents/" + created.Id;
        var patched = (await bridge.PatchAsync(
            path, ApiBridge.Operation("replace", "description", "Answers tickets"), ApiBridge.Operation("replace", "owners", new JsonArray(new JsonObject { ["value"] = bo })))).Is(HttpStatusCode.OK);
        Assert.Equal(("Answers tickets", bo), ((string?)patched.Body!["description"], (string?)patched.Body["owners"]![0]!["value"]));
        account = (await bridge.PatchAsync("/ServiceAccounts/" + created.Id, ApiBridge.Operation("replace", "environment", "prod"))).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("Answers tickets", bo, ann), ((string?)account["purpose"], (string?)account["owners"]![0]!["value"], (string?)account["sponsors"]![0]!["value"]));
        var put = (await bridge.SendAsync("PUT", path, Agent("triage-2", ann, a => a.Remove("description")))).Is(HttpStatusCode.OK);
        Assert.Equal(("triage-2", null), ((string?)put.Body!["agentUserName"], (string?)put.Body["description"]));
        account = (await bridge.GetAsync("/ServiceAccounts/" + created.Id)).Body!;
        Assert.Equal(("prod", "triage-2"), ((string?)account["environment"], (string?)account["agentUserName"]));
        Assert.Equal((string?)account["meta"]!["version"], (string?)(await bridge.GetAsync(path)).Body!["meta"]!["version"]);

        (await bridge.PatchAsync(path, ApiBridge.Operation("replace", "active", false))).Is(HttpStatusCode.BadRequest, "mutability");
        (await bridge.PatchAsync(path, ApiBridge.Operation("remove", "owners", null))).Is(HttpStatusCode.BadRequest, "mutability");
        (await bridge.PostAsync("/Agents", Agent("Triage-2", bo))).Is(HttpStatusCode.Conflict, "uniqueness");
        (await bridge.DeleteAsync(path)).Is(HttpStatusCode.NoContent);
        (await bridge.GetAsync(path)).Is(HttpStatusCode.NotFound);
        (await bridge.GetAsync("/ServiceAccounts/" + created.Id)).Is(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Agents_are_found_by_what_agents_have_and_nothing_else_is_among_them(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var (ann, bo) = (await bridge.UserAsync("ann"), await bridge.UserAsync("bo"));
        var other = (await bridge.PostAsync("/ServiceAccounts", new JsonObject
        {
            ["schemas"] = new JsonArray(AccountSchema), ["displayName"] = "billing", ["kind"] = "serviceAccount", ["criticality"] = 3, ["purpose"] = "Sorts bills",
            ["owners"] = ApiBridge.Members(ann), ["sponsors"] = ApiBridge.Members(ann),
        })).Is(HttpStatusCode.Created).Id;
        var ids = new List<string>();
        foreach (var (name, owner) in new[] { ("carol", ann), ("alice", bo), ("bob", ann) })
            ids.Add((await bridge.PostAsync("/Agents", Agent(name, owner, a => a["externalId"] = "x-" + name))).Is(HttpStatusCode.Created).Id);

        async Task<List<string>> NamesAsync(string query) => (await bridge.ListAsync("/Agents" + query)).ConvertAll(a => (string)a.Body!["agentUserName"]!);

        Assert.Equal(["alice", "bob", "carol"], await NamesAsync("?sortBy=agentUserName"));
        Assert.Equal(["carol", "bob"], await NamesAsync($"?filter=owners.value eq \"{ann}\" and active eq true&sortBy=agentUserName&sortOrder=descending"));
        Assert.Equal(["alice"], await NamesAsync("?filter=externalId eq \"x-alice\" or agentUserName eq \"ALICE\""));
        Assert.Equal(["alice", "bob", "carol"], await NamesAsync($"?filter=description sw \"Sorts\" and not (agentUserName co \"z\") and owners[value pr]&sortBy={Schema}:agentUserName"));
        Assert.Equal(["bob", "carol"], await NamesAsync("?sortBy=agentUserName&startIndex=2&count=2"));
        Assert.Empty(await NamesAsync("?filter=active eq false"));
        Assert.Equal(3, (await NamesAsync("?filter=active ne false")).Count);
        (await bridge.GetAsync("/Agents?filter=criticality eq 3")).Is(HttpStatusCode.BadRequest, "invalidFilter");

        // What is no agent is not there, by whatever way it is asked for.
        (await bridge.GetAsync("/Agents/" + other)).Is(HttpStatusCode.NotFound);
        (await bridge.PatchAsync("/Agents/" + other, ApiBridge.Operation("replace", "displayName", "x"))).Is(HttpStatusCode.NotFound);
        (await bridge.SendAsync("PUT", "/Agents/" + other, Agent("dora", ann))).Is(HttpStatusCode.NotFound);
        (await bridge.DeleteAsync("/Agents/" + other)).Is(HttpStatusCode.NotFound);
        // At the root each is there once, as the service account that it is.
        var search = new JsonObject { ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:SearchRequest"), ["filter"] = "displayName eq \"alice\"" };
        Assert.Equal(["ServiceAccount"], (await bridge.PostAsync("/.search", search)).Is(HttpStatusCode.OK).Body!["Resources"]!.AsArray().Select(r => (string?)r!["meta"]!["resourceType"]));
        Assert.Equal(["Agent"], (await bridge.PostAsync("/Agents/.search", search.DeepClone())).Is(HttpStatusCode.OK).Body!["Resources"]!.AsArray().Select(r => (string?)r!["meta"]!["resourceType"]));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Agents_come_and_go_in_bulk(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var ann = await bridge.UserAsync("ann");

        var made = (await bridge.PostAsync("/Bulk", ApiBridge.Bulk(("POST", "/Agents", Agent("a", ann)), ("POST", "/Agents", Agent("b", ann)), ("POST", "/Agents", Agent("c", "nobody")))))
            .Is(HttpStatusCode.OK).Body!["Operations"]!.AsArray();

        Assert.Equal(["201", "201", "400"], made.Select(o => (string?)o!["status"]));
        Assert.Contains("/Agents/", (string)made[0]!["location"]!, StringComparison.Ordinal);
        var gone = ((string)made[0]!["location"]!).Split("/scim/v2")[1];
        (await bridge.PostAsync("/Bulk", ApiBridge.Bulk(("DELETE", gone, null)))).Is(HttpStatusCode.OK);
        Assert.Equal(["b"], (await bridge.ListAsync("/ServiceAccounts?filter=kind eq \"agentIdentity\"")).Select(a => (string?)a.Body!["agentUserName"]));
    }

    [Fact]
    public async Task Agents_are_in_discovery_where_they_are_switched_on_and_nowhere_otherwise()
    {
        await using (var bridge = await StartAsync(DatabaseKind.Sqlite))
        {
            Assert.Equal(Schema, (string?)(await bridge.GetAsync("/ResourceTypes/Agent")).Is(HttpStatusCode.OK).Body!["schema"]);
            var schema = (await bridge.GetAsync("/Schemas/" + Schema)).Is(HttpStatusCode.OK).Body!;
            Assert.Equal(["agentUserName", "displayName", "description", "active", "owners"], schema["attributes"]!.AsArray().Select(a => (string?)a!["name"]));
        }

        await using var plain = await ApiBridge.StartAsync(DatabaseKind.Sqlite, adjust: ServiceAccounts.On);
        (await plain.GetAsync("/Agents")).Is(HttpStatusCode.NotFound);
        (await plain.GetAsync("/ResourceTypes/Agent")).Is(HttpStatusCode.NotFound);
        (await plain.GetAsync("/Schemas/" + Schema)).Is(HttpStatusCode.NotFound);
    }

    private static Task<ApiBridge> StartAsync(DatabaseKind kind) => ApiBridge.StartAsync(kind, adjust: json =>
    {
        ServiceAccounts.On(json);
        json["sponsorship"]!["agents"] = true;
    });

    private static JsonObject Agent(string name, string owner, Action<JsonObject>? adjust = null)
    {
        var agent = new JsonObject { ["schemas"] = new JsonArray(Schema), ["agentUserName"] = name, ["description"] = "Sorts tickets", ["owners"] = ApiBridge.Members(owner) };
        adjust?.Invoke(agent);
        return agent;
    }
}
