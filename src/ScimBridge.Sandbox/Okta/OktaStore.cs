using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>A user as the org keeps one.</summary>
internal sealed record OktaUserRow(string Id, string Status, JsonObject Profile, DateTimeOffset Created, DateTimeOffset Updated)
{
    /// <summary>Reads that still show a deactivation under way; null where there is none.</summary>
    public int? ReadsLeft { get; init; }
}

/// <summary>A group as the org keeps one.</summary>
internal sealed record OktaGroupRow(string Id, string Type, JsonObject Profile, DateTimeOffset Created, DateTimeOffset Updated)
{
    /// <summary>When somebody came into it or left it last; null where nobody has.</summary>
    public DateTimeOffset? MembersUpdated { get; init; }
}

/// <summary>A rule.</summary>
internal sealed record OktaRuleRow(string Id, string Name, string Status, string GroupId);

/// <summary>What one org holds. Everything here is done under the lock of the state.</summary>
internal sealed class OktaStore
{
    public SortedDictionary<string, OktaUserRow> Users { get; private init; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, OktaGroupRow> Groups { get; private init; } = new(StringComparer.Ordinal);

    public HashSet<(string Group, string User)> Members { get; private init; } = [];

    public Dictionary<(string Relationship, string User), string> Links { get; private init; } = [];

    public List<OktaRuleRow> Rules { get; private init; } = [];

    public List<OktaAppRow> Apps { get; private init; } = [];

    /// <summary>Client secrets and public keys of the apps.</summary>
    public List<OktaClientKeyRow> ClientKeys { get; private init; } = [];

    /// <summary>What users hold beside their accounts.</summary>
    public OktaHoldings Held { get; private init; } = new();

    /// <summary>What searches still show: an object as it was, or null where it was not there, and how many more see it so.</summary>
    public Dictionary<string, (object? Row, int Left)> Behind { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Another one with the same contents: rows themselves are never altered.</summary>
    public OktaStore Copy() => new()
    {
        Users = new(Users, StringComparer.Ordinal),
        Groups = new(Groups, StringComparer.Ordinal),
        Members = [.. Members],
        Links = new(Links),
        Rules = [.. Rules],
        Apps = [.. Apps],
        ClientKeys = [.. ClientKeys],
        Held = Held.Copy(),
        Behind = new(Behind, StringComparer.Ordinal),
    };
}
