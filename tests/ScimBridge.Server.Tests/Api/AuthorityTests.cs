using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Api;
using static ScimBridge.Server.Tests.Api.ApiBridge;
using static ScimBridge.Server.Tests.TestBridge;

namespace ScimBridge.Server.Tests.Api;

/// <summary>Who masters which attribute: HR what it maps, an identity provider what it may write back, and whoever writes it the rest.</summary>
public sealed class AuthorityTests
{
    private const string Grace = "grace.okafor@corp.example";
    private const string HrExtension = "urn:scimbridge:params:scim:schemas:extension:hr:2.0:User";
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_an_identity_provider_writes_back_HR_leaves_alone(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var id = await bridge.FindAsync(Grace);

        (await bridge.PatchAsync(
            "/Users/" + id,
            Operation("replace", "userName", "grace@idp.example"),
            Operation("replace", "emails", new JsonArray(new JsonObject { ["value"] = "grace@idp.example", ["type"] = "work" })),
            Operation("add", "phoneNumbers", new JsonArray(new JsonObject { ["value"] = "+45 1234", ["type"] = "work" })),
            Operation("add", "nickName", "Amazing"))).Is(HttpStatusCode.OK);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor-Bell", title: "Admiral"));

        var user = (await bridge.GetAsync("/Users/" + id)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal("grace@idp.example", (string?)user["userName"]);
        Assert.Equal("grace@idp.example", (string?)user["emails"]![0]!["value"]);
        Assert.Equal("+45 1234", (string?)user["phoneNumbers"]![0]!["value"]);
        Assert.Equal("Amazing", (string?)user["nickName"]);
        Assert.Equal("Okafor-Bell", (string?)user["name"]!["familyName"]);
        Assert.Equal("Admiral", (string?)user["title"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Write_to_what_HR_masters_is_passed_over_and_noted(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var id = await bridge.FindAsync(Grace);

        var answer = (await bridge.PatchAsync(
            "/Users/" + id,
            Operation("replace", "title", "Queen"),
            Operation("replace", "active", false),
            Operation("replace", $"{Enterprise}:department", "Elsewhere"),
            Operation("replace", "nickName", "Gracie"))).Is(HttpStatusCode.OK);

        Assert.Equal("Engineer", (string?)answer.Body!["title"]);
        Assert.True((bool)answer.Body["active"]!);
        Assert.Equal("Sales", (string?)answer.Body[Enterprise]!["department"]);
        Assert.Equal("Gracie", (string?)answer.Body["nickName"]);
        var note = Assert.Single(await bridge.JournalAsync(id), e => e.Kind == "write.ignored");
        Assert.Equal(
            ["active", "title", Enterprise], JsonNode.Parse(note.Data)!["attributes"]!.AsArray().Select(a => (string)a!).Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Replacement_cannot_deactivate_or_empty_what_HR_masters(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var id = await bridge.FindAsync(Grace);
        var body = User(Grace);
        body["active"] = false;

        var answer = (await bridge.SendAsync("PUT", "/Users/" + id, body)).Is(HttpStatusCode.OK);

        Assert.True((bool)answer.Body!["active"]!);
        Assert.Equal("Okafor", (string?)answer.Body["name"]!["familyName"]);
        Assert.Equal("employee", (string?)answer.Body[HrExtension]!["workerType"]);
        Assert.Contains("active", Assert.Single(await bridge.JournalAsync(id), e => e.Kind == "write.ignored").Data, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Write_to_what_HR_masters_is_refused_where_that_is_the_policy(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json => json["scim"] = new JsonObject { ["onMastered"] = "refuse" });
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var id = await bridge.FindAsync(Grace);
        var before = await bridge.GetAsync("/Users/" + id);

        var refused = (await bridge.PatchAsync(
            "/Users/" + id, Operation("replace", "nickName", "Gracie"), Operation("replace", "active", false))).Is(HttpStatusCode.BadRequest, "mutability");

        Assert.Contains("active", (string)refused.Body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(before.ETag, (await bridge.GetAsync("/Users/" + id)).ETag);
        (await bridge.PatchAsync("/Users/" + id, Operation("replace", "userName", "grace@idp.example"))).Is(HttpStatusCode.OK);
        (await bridge.PatchAsync("/Users/" + id, Operation("replace", "active", true))).Is(HttpStatusCode.OK);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_the_configuration_keeps_for_HR_no_client_masters(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(
            kind, adjust: json => json["scim"] = new JsonObject { ["clientMasters"] = new JsonArray("emails"), ["onMastered"] = "refuse" });
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var id = await bridge.FindAsync(Grace);

        (await bridge.PatchAsync("/Users/" + id, Operation("replace", "userName", "grace@idp.example"))).Is(HttpStatusCode.BadRequest, "mutability");
        (await bridge.PatchAsync("/Users/" + id, Operation("remove", "emails", null))).Is(HttpStatusCode.OK);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor", title: "Admiral"));

        Assert.False((await bridge.GetAsync("/Users/" + id)).Body!.ContainsKey("emails"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_HR_and_its_rules_brought_in_no_client_deletes(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var id = await bridge.FindAsync(Grace);
        var group = Assert.Single(await bridge.ListAsync("/Groups")).Id;

        var refused = (await bridge.DeleteAsync("/Users/" + id)).Is(HttpStatusCode.Forbidden);
        (await bridge.DeleteAsync("/Groups/" + group)).Is(HttpStatusCode.Forbidden);
        var bulk = await bridge.PostAsync("/Bulk", Bulk(("DELETE", "/Users/" + id, null)));

        Assert.Contains("HR", (string)refused.Body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal("403", (string?)bulk.Is(HttpStatusCode.OK).Body!["Operations"]![0]!["status"]);
        Assert.Equal(2, (await bridge.JournalAsync(id)).Count(e => e.Kind == "delete.refused"));
        Assert.Single(await bridge.JournalAsync(group), e => e.Kind == "delete.refused");
        Assert.Equal("direct", (string?)(await bridge.GetAsync("/Users/" + id)).Is(HttpStatusCode.OK).Body!["groups"]![0]!["type"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Whom_a_rule_put_into_a_group_no_client_takes_out_and_others_come_and_go(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var grace = await bridge.FindAsync(Grace);
        var guest = await bridge.UserAsync("guest@other.example");
        var group = Assert.Single(await bridge.ListAsync("/Groups")).Id;

        (await bridge.PatchAsync("/Groups/" + group, Operation("add", "members", Members(guest)))).Is(HttpStatusCode.NoContent);
        (await bridge.PatchAsync("/Groups/" + group, Operation("remove", "members", null))).Is(HttpStatusCode.NoContent);

        var members = (await bridge.GetAsync("/Groups/" + group)).Body!["members"]!.AsArray();
        Assert.Equal(grace, (string?)Assert.Single(members)!["value"]);
        Assert.Single(await bridge.JournalAsync(group), e => e.Kind == "write.ignored");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Users_whom_HR_does_not_know_are_full_citizens(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var id = await bridge.UserAsync("guest@other.example", u =>
        {
            u["title"] = "Auditor";
            u["schemas"]!.AsArray().Add(Enterprise);
            u[Enterprise] = new JsonObject { ["department"] = "Audit" };
        });
        var manager = await bridge.FindAsync(Grace);

        var changed = (await bridge.PatchAsync(
            "/Users/" + id,
            Operation("replace", "title", "Chief auditor"),
            Operation("replace", "active", false),
            Operation("add", $"{Enterprise}:manager", new JsonObject { ["value"] = manager }))).Is(HttpStatusCode.OK).Body!;
        await bridge.ImportAsync(Row("1", "Grace", "Okafor", title: "Admiral"));

        Assert.Equal("Chief auditor", (string?)changed["title"]);
        Assert.Equal("Grace Okafor", (string?)changed[Enterprise]!["manager"]!["displayName"]);
        Assert.False((bool)(await bridge.GetAsync("/Users/" + id)).Body!["active"]!);
        (await bridge.PatchAsync("/Users/" + id, Operation("replace", $"{HrExtension}:workerType", "employee"))).Is(HttpStatusCode.BadRequest, "mutability");
        (await bridge.DeleteAsync("/Users/" + id)).Is(HttpStatusCode.NoContent);
        (await bridge.GetAsync("/Users/" + id)).Is(HttpStatusCode.NotFound);
        Assert.NotEqual(id, await bridge.UserAsync("guest@other.example"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_HR_says_of_a_worker_is_published_and_can_be_filtered(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var lastDay = DateTime.UtcNow.AddDays(20).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await bridge.ImportAsync(
            Row("1", "Grace", "Okafor"), Row("2", "Ann", "Ek", type: "C", end: lastDay), Row("3", "Bo", "Holm", lastDay: lastDay));
        await bridge.UserAsync("guest@other.example");

        var contractor = Assert.Single(await bridge.ListAsync($"/Users?filter={HrExtension}:workerType eq \"Contractor\"")).Body!;
        var leaving = await bridge.ListAsync(
            $"/Users?filter={HrExtension}:nextTransitionAt lt \"{DateTime.UtcNow.AddDays(30):yyyy-MM-ddTHH:mm:ssZ}\"&sortBy={HrExtension}:workerType");
        var employed = await bridge.ListAsync($"/Users?filter={HrExtension}:employmentStatus eq \"active\" and {HrExtension}:terminationDate pr");

        Assert.Equal("ann.ek@corp.example", (string?)contractor["userName"]);
        Assert.Equal(lastDay, (string?)contractor[HrExtension]!["contractEndDate"]);
        Assert.Equal(["ann.ek@corp.example", "bo.holm@corp.example"], leaving.Select(u => (string?)u.Body!["userName"]));
        Assert.Equal("bo.holm@corp.example", (string?)Assert.Single(employed).Body!["userName"]);
        Assert.Contains(
            (await bridge.GetAsync("/Schemas/" + HrExtension)).Is(HttpStatusCode.OK).Body!["attributes"]!.AsArray(),
            a => (string?)a!["name"] == "nextTransitionAt");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Creation_of_an_inactive_user_of_the_same_client_brings_it_back_with_its_id(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var byName = await bridge.UserAsync("ann@other.example", u => u["title"] = "Old");
        var byExternalId = await bridge.UserAsync("bo@other.example", u => u["externalId"] = "x-1");
        foreach (var id in new[] { byName, byExternalId })
            (await bridge.PatchAsync("/Users/" + id, Operation("replace", "active", false))).Is(HttpStatusCode.OK);
        var stranger = await bridge.TokenAsync("strict", "stranger", Scopes.ScimWrite, Scopes.ScimRead);
        (await bridge.SendAsync("POST", "/Users", User("ann@other.example"), stranger)).Is(HttpStatusCode.Conflict, "uniqueness");

        var ann = (await bridge.PostAsync("/Users", User("ANN@other.example"))).Is(HttpStatusCode.Created);
        var bo = User("bo.holm@other.example");
        bo["externalId"] = "x-1";
        var renamed = (await bridge.PostAsync("/Users", bo)).Is(HttpStatusCode.Created);

        Assert.Equal(byName, ann.Id);
        Assert.Equal(bridge.Url + "/Users/" + byName, ann.Location);
        Assert.True((bool)ann.Body!["active"]!);
        Assert.False(ann.Body.ContainsKey("title"));
        Assert.Equal(byExternalId, renamed.Id);
        Assert.Equal("bo.holm@other.example", (string?)renamed.Body!["userName"]);
        (await bridge.PostAsync("/Users", User("ann@other.example"))).Is(HttpStatusCode.Conflict, "uniqueness");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_of_HR_is_brought_back_by_HR_alone(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));
        var id = await bridge.FindAsync(Grace);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor", status: "T", lastDay: "2024-01-31"));
        Assert.False((bool)(await bridge.GetAsync("/Users/" + id)).Body!["active"]!);

        (await bridge.PostAsync("/Users", User(Grace))).Is(HttpStatusCode.Conflict, "uniqueness");
        (await bridge.PatchAsync("/Users/" + id, Operation("replace", "active", true))).Is(HttpStatusCode.OK);
        Assert.False((bool)(await bridge.GetAsync("/Users/" + id)).Body!["active"]!);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"));

        Assert.True((bool)(await bridge.GetAsync("/Users/" + id)).Body!["active"]!);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Restoring_can_be_switched_off(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json => json["scim"] = new JsonObject { ["restoreInPlace"] = false });
        var id = await bridge.UserAsync("ann@other.example");
        (await bridge.PatchAsync("/Users/" + id, Operation("replace", "active", false))).Is(HttpStatusCode.OK);

        (await bridge.PostAsync("/Users", User("ann@other.example"))).Is(HttpStatusCode.Conflict, "uniqueness");
    }
}
