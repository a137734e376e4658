using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Scim.Resources;

namespace ScimBridge.Provisioning.Authority;

/// <summary>
/// Who masters which attribute of a user that HR brought in. HR masters what it maps, save what a client may master; of that, what a client
/// has once written is the client's. The rest belongs to whoever writes it.
/// </summary>
public sealed class AttributeAuthority
{
    private readonly HashSet<string> _clientMasters;

    /// <summary>Creates the authority.</summary>
    /// <param name="clientMasters">The attributes among those of HR that clients may master.</param>
    public AttributeAuthority(IEnumerable<string> clientMasters)
    {
        _clientMasters = new HashSet<string>(clientMasters, StringComparer.Ordinal);
    }

    /// <summary>The origin of what HR brought in.</summary>
    public static bool IsOfHr(string? origin) => origin?.StartsWith("hr:", StringComparison.Ordinal) == true;

    /// <summary>The origin of what a rule made.</summary>
    public static bool IsOfRule(string? origin) => origin?.StartsWith("rule:", StringComparison.Ordinal) == true;

    /// <summary>Judges what a client makes of a user that HR brought in.</summary>
    /// <param name="before">The body as it is.</param>
    /// <param name="after">The body as the client wants it; it is not changed.</param>
    public AuthorityVerdict Judge(JsonObject before, JsonObject after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var written = UserMapping.MasteredAttributes.Where(name => !ResourceComparer.AreEqual(before[name], after[name])).ToList();
        var denied = written.Where(name => !_clientMasters.Contains(name)).ToList();
        var body = (JsonObject)after.DeepClone();
        foreach (var name in denied)
        {
            if (before[name] is { } kept)
                body[name] = kept.DeepClone();
            else
                body.Remove(name);
        }

        MatchSchemas(body, before);
        return new AuthorityVerdict(body, denied, [.. written.Where(_clientMasters.Contains)]);
    }

    // An extension that stays is named, and one that does not come is not (RFC 7643, 3).
    private static void MatchSchemas(JsonObject body, JsonObject before)
    {
        var named = ((body["schemas"] as JsonArray) ?? []).Concat(before["schemas"] as JsonArray ?? [])
            .Select(s => s!.GetValue<string>()).Distinct(StringComparer.Ordinal)
            .Where(s => body.ContainsKey(s) || !AccountMapping.IsSchema(s) || s == UserMapping.BaseSchema);
        body["schemas"] = new JsonArray([.. named.Select(s => JsonValue.Create(s))]);
    }
}
