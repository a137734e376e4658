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
    private readonly AttributeMap _mapped;
    private readonly List<string> _mastered;

    /// <summary>Creates the authority.</summary>
    /// <param name="clientMasters">The attributes among those of HR that clients may master.</param>
    /// <param name="mapped">What the configuration maps beside what HR masters anyway: that is HR's too.</param>
    /// <param name="ruled">What rules fill.</param>
    public AttributeAuthority(IEnumerable<string> clientMasters, AttributeMap? mapped = null, IEnumerable<string>? ruled = null)
    {
        _mapped = mapped ?? AttributeMap.Empty;
        _mastered = [.. UserMapping.MasteredAttributes.Union(_mapped.Names, StringComparer.Ordinal).Union(ruled ?? [], StringComparer.Ordinal)];
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
        var written = _mastered.Where(name => !ResourceComparer.AreEqual(before[name], after[name])).ToList();
        var denied = written.Where(name => !_clientMasters.Contains(name)).ToList();
        var body = (JsonObject)after.DeepClone();
        foreach (var name in denied)
        {
            if (before[name] is { } kept)
                body[name] = kept.DeepClone();
            else
                body.Remove(name);
        }

        denied.AddRange(KeepMapped(body, before));
        MatchSchemas(body, before);
        return new AuthorityVerdict(body, denied, [.. written.Where(_clientMasters.Contains)]);
    }

    // Of an extension that HR does not master whole, it masters what is mapped.
    private List<string> KeepMapped(JsonObject body, JsonObject before)
    {
        var denied = new List<string>();
        foreach (var extension in _mapped.Extensions.Where(e => !UserMapping.MasteredAttributes.Contains(e.Key)))
        {
            foreach (var name in extension.Where(n => !ResourceComparer.AreEqual(before[extension.Key]?[n], body[extension.Key]?[n])))
            {
                denied.Add($"{extension.Key}:{name}");
                var container = body[extension.Key] as JsonObject ?? [];
                container.Remove(name);
                if (before[extension.Key]?[name] is { } kept)
                    container[name] = kept.DeepClone();
                if (container.Count == 0)
                    body.Remove(extension.Key);
                else if (container.Parent is null)
                    body[extension.Key] = container;
            }
        }

        return denied;
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
