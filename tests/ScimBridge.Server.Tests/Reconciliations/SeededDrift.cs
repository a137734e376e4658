using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>A row of <c>drift.json</c>: something that somebody does at a target behind the bridge's back, and what it is to be found as.</summary>
internal sealed record DriftRow(string Drift, string Kind, IReadOnlyList<string>? At)
{
    /// <summary>Whether it is done to a non-human identity.</summary>
    public bool IsOfIdentity => Drift.StartsWith("identity", StringComparison.Ordinal);
}

/// <summary>Does what the rows say, to people of whom nothing else is done; answers with what is to be found.</summary>
internal sealed class SeededDrift(DriftBridge bridge, string name, Dictionary<int, string> users, Dictionary<string, string> groups, Dictionary<string, Link> links)
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private readonly ITarget _target = bridge.Target(name);

    /// <summary>Does it to one person; answers with what is to be found: the kind, whom it is about, and of memberships the group.</summary>
    public async Task<string> SeedAsync(DriftRow row, int person)
    {
        var user = users[person];
        var remote = links[user].RemoteId!;
        var department = $"Department {person % 8}";

        // Groups to which nothing else is done.
        var another = person % 8 == 4 ? "Department 0" : "Department 4";
        switch (row.Drift)
        {
            case "account deleted":
                await DoneAsync(_target.DeleteAsync(AccountKind.User, remote, default));
                return $"{row.Kind} {user}";
            case "account made by hand":
                return $"{row.Kind} {await StrangerAsync(person, null, $"stranger{person}@corp.example")}";
            case "account with a key that nobody has":
                return $"{row.Kind} {await StrangerAsync(person, Guid.NewGuid().ToString(), $"keyed{person}@corp.example")}";
            case "second account with the same address":
                return $"{row.Kind} {await StrangerAsync(person, null, $"given{person}.family{person}@corp.example")}";
            case "link lost":
                await bridge.Bridge.Database.WriteAsync(
                    s => s.ExecuteAsync("DELETE FROM link WHERE target = @target AND resource_id = @id", default, ("target", name), ("id", user)), default);
                return $"{row.Kind} {remote}";
            case "leaver enabled again" or "suspended one enabled again":
                await ChangeAsync(remote, active: true);
                return $"{row.Kind} {user}";
            case "account disabled by hand":
                await ChangeAsync(remote, active: false);
                return $"{row.Kind} {user}";
            case "title changed":
                await ChangeAsync(remote, change: new AttributeChange(null, "title", "Emperor"));
                return $"{row.Kind} {user}";
            case "department changed":
                await ChangeAsync(remote, change: new AttributeChange(Enterprise, "department", "Elsewhere"));
                return $"{row.Kind} {user}";
            case "display name changed":
                await ChangeAsync(remote, change: new AttributeChange(null, "displayName", $"Somebody {person}"));
                return $"{row.Kind} {user}";
            case "family name changed":
                await ChangeAsync(remote, change: new AttributeChange(null, "name", new JsonObject { ["givenName"] = $"Given{person}", ["familyName"] = "Other" }));
                return $"{row.Kind} {user}";
            case "user name changed":
                await ChangeAsync(remote, change: new AttributeChange(null, "userName", $"renamed{person}@corp.example"));
                return $"{row.Kind} {user}";
            case "address changed":
                await ChangeAsync(remote, change: new AttributeChange(
                    null, "emails", new JsonArray(new JsonObject { ["value"] = $"other{person}@corp.example", ["type"] = "work", ["primary"] = true })));
                return $"{row.Kind} {user}";
            case "title cleared":
                await ChangeAsync(remote, change: new AttributeChange(null, "title", null));
                return $"{row.Kind} {user}";
            case "manager changed":
                await ChangeAsync(remote, change: new AttributeChange(Enterprise, "manager", new JsonObject { ["value"] = links[users[2]].RemoteId }));
                return $"{row.Kind} {user}";
            case "one of ours put into a group":
                await DoneAsync(_target.ChangeMembersAsync(links[groups[another]].RemoteId!, [remote], [], default));
                return $"{row.Kind} {user} {groups[another]}";
            case "one of ours put into a privileged group":
                await DoneAsync(_target.ChangeMembersAsync(links[groups[DriftBridge.Privileged]].RemoteId!, [remote], [], default));
                return $"{row.Kind} {user} {groups[DriftBridge.Privileged]}";
            case "a stranger put into a group":
                var stranger = await StrangerAsync(person, null, $"guest{person}@corp.example");
                await DoneAsync(_target.ChangeMembersAsync(links[groups[another]].RemoteId!, [stranger], [], default));
                return $"{row.Kind} {stranger} {groups[another]}";
            case "member taken out of a group":
                await DoneAsync(_target.ChangeMembersAsync(links[groups[department]].RemoteId!, [], [remote], default));
                return $"{row.Kind} {user} {groups[department]}";
            case "group deleted":
                await DoneAsync(_target.DeleteAsync(AccountKind.Group, links[groups[department]].RemoteId!, default));
                return $"{row.Kind} {groups[department]}";
            case "group renamed":
                await DoneAsync(_target.UpdateAsync(
                    AccountKind.Group, links[groups[department]].RemoteId!, [new AttributeChange(null, "displayName", "Renamed " + person)], active: null, default));
                return $"{row.Kind} {groups[department]}";
            case "protected account changed":
                await ChangeAsync(remote, change: new AttributeChange(null, "title", "Emperor"));
                return $"{row.Kind} {user}";
            case "role given to a leaver":
                _ = name == "okta" ? bridge.Okta.People.AssignRole(remote) : bridge.Graph.People.AssignDirectoryRole(remote);
                return $"{row.Kind} {user}";
            case "consent of a leaver":
                _ = name == "okta" ? bridge.Okta.People.Consent(remote) : bridge.Graph.People.Consent(remote);
                return $"{row.Kind} {user}";
            default:
                throw new InvalidOperationException($"Nobody knows how to do '{row.Drift}'.");
        }
    }

    /// <summary>An account that somebody else made; its remote id.</summary>
    private async Task<string> StrangerAsync(int person, string? key, string mail)
    {
        var login = $"by.hand{person.ToString(CultureInfo.InvariantCulture)}{Guid.NewGuid():N}@corp.example";
        switch (name)
        {
            case "okta":
                var profile = new JsonObject { ["login"] = login, ["email"] = mail, ["firstName"] = "By", ["lastName"] = "Hand" };
                if (key is not null)
                    profile["scimBridgeId"] = key;
                return bridge.Okta.AddUser("ACTIVE", profile.ToJsonString());
            case "entra":
                var user = new JsonObject { ["userPrincipalName"] = login, ["displayName"] = "By Hand", ["mail"] = mail, ["accountEnabled"] = true, ["userType"] = "Member" };
                if (key is not null)
                    user["extension_0123456789abcdef0123456789abcdef_scimBridgeId"] = key;
                return bridge.Graph.Add("user", user.ToJsonString());
            default:
                using (var http = new HttpClient())
                {
                    var body = new JsonObject
                    {
                        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"), ["userName"] = login, ["active"] = true, ["externalId"] = key,
                        ["emails"] = new JsonArray(new JsonObject { ["value"] = mail, ["type"] = "work", ["primary"] = true }),
                    };
                    using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bridge.Bridge.Sandbox.ScimAddress("corp"), "Users"))
                    {
                        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "secret") },
                        Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/scim+json"),
                    };
                    using var response = await http.SendAsync(request);
                    Assert.True(response.IsSuccessStatusCode);
                    return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
                }
        }
    }

    private Task ChangeAsync(string remote, bool? active = null, AttributeChange? change = null) =>
        DoneAsync(_target.UpdateAsync(AccountKind.User, remote, change is null ? [] : [change], active, default));

    private static async Task DoneAsync(Task<Outcome> call) => Assert.IsType<Outcome.Done>(await call);
}
