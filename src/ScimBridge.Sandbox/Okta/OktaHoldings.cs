using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>A session at the org: what the cookie <c>sid</c> stands for.</summary>
internal sealed record OktaSessionRow(string Id, string UserId, DateTimeOffset Created, DateTimeOffset Ends);

/// <summary>A token that an application was given for a user.</summary>
internal sealed record OktaTokenRow(string Id, string Text, bool IsRefresh, string UserId, string ClientId, DateTimeOffset Created, DateTimeOffset Ends);

/// <summary>An API token (SSWS) that a user made.</summary>
internal sealed record OktaApiTokenRow(string Id, string Text, string Name, string UserId, DateTimeOffset Created)
{
    /// <summary>When it was last used.</summary>
    public DateTimeOffset? Used { get; init; }
}

/// <summary>What an application may do in a user's name.</summary>
internal sealed record OktaGrantRow(string Id, string UserId, string ClientId, string ScopeId, DateTimeOffset Created);

/// <summary>A role of an administrator, assigned to the user or through a group.</summary>
internal sealed record OktaRoleRow(string Id, string UserId, string Type, string AssignmentType, DateTimeOffset Created);

/// <summary>A factor that a user has enrolled.</summary>
internal sealed record OktaFactorRow(string Id, string UserId, string FactorType, DateTimeOffset Created);

/// <summary>An entry of the system log.</summary>
internal sealed record OktaLogRow(string Id, DateTimeOffset At, string ActorId, string EventType, string? App, string Result);

/// <summary>What the users of an org hold beside their accounts. Everything here is done under the lock of the state.</summary>
internal sealed class OktaHoldings
{
    public List<OktaSessionRow> Sessions { get; private init; } = [];

    public List<OktaTokenRow> Tokens { get; private init; } = [];

    public List<OktaApiTokenRow> ApiTokens { get; private init; } = [];

    public List<OktaGrantRow> Grants { get; private init; } = [];

    public List<OktaRoleRow> Roles { get; private init; } = [];

    public List<OktaFactorRow> Factors { get; private init; } = [];

    /// <summary>Users some of whose devices are remembered: no second factor is asked for there.</summary>
    public HashSet<string> Remembered { get; private init; } = new(StringComparer.Ordinal);

    public List<OktaLogRow> Log { get; private init; } = [];

    /// <summary>Another one with the same contents: rows themselves are never altered.</summary>
    public OktaHoldings Copy() => new()
    {
        Sessions = [.. Sessions],
        Tokens = [.. Tokens],
        ApiTokens = [.. ApiTokens],
        Grants = [.. Grants],
        Roles = [.. Roles],
        Factors = [.. Factors],
        Remembered = new(Remembered, StringComparer.Ordinal),
        Log = [.. Log],
    };

    /// <summary>What ends with a deactivation, and comes back with no activation: whatever one is signed in by.</summary>
    public void EndSignIns(string userId)
    {
        Sessions.RemoveAll(s => s.UserId == userId);
        Tokens.RemoveAll(t => t.UserId == userId);
        ApiTokens.RemoveAll(t => t.UserId == userId);
    }

    /// <summary>Everything of one who is deleted; the log remains.</summary>
    public void Forget(string userId)
    {
        EndSignIns(userId);
        Grants.RemoveAll(g => g.UserId == userId);
        Roles.RemoveAll(r => r.UserId == userId);
        Factors.RemoveAll(f => f.UserId == userId);
        Remembered.Remove(userId);
    }

    /// <summary>Everything, in the order of its ids, with nothing that one could sign in with.</summary>
    public JsonArray Json()
    {
        var held = Sessions.Select(s => ("session", s.Id, s.UserId))
            .Concat(Tokens.Select(t => (t.IsRefresh ? "refreshToken" : "accessToken", t.Id, t.UserId)))
            .Concat(ApiTokens.Select(t => ("apiToken", t.Id, t.UserId)))
            .Concat(Grants.Select(g => ("grant", g.Id, g.UserId)))
            .Concat(Roles.Select(r => ("role", r.Id, r.UserId)))
            .Concat(Factors.Select(f => ("factor", f.Id, f.UserId)))
            .Concat(Remembered.Select(user => ("rememberedDevices", user, user)));
        return [.. held.OrderBy(h => h.Item2, StringComparer.Ordinal).Select(
            h => (JsonNode)new JsonObject { ["kind"] = h.Item1, ["id"] = h.Item2, ["userId"] = h.Item3 })];
    }
}
