using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Journal;

/// <summary>
/// The figures of an evidence pack: how much there is of what. Who makes a pack counts as who checks it does, so that figures which do not follow from
/// the pack are found.
/// </summary>
public sealed class PackFigures
{
    private readonly SortedDictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _leavers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _access = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _exceptions = new(StringComparer.Ordinal);
    private long _anchors;
    private long _entries;
    private long _hidden;
    private long _accounts;
    private long _memberships;

    /// <summary>Counts an anchor.</summary>
    public void Anchor() => _anchors++;

    /// <summary>Counts an entry of the journal that is shown.</summary>
    public void Entry(string kind)
    {
        _entries++;
        Add(_kinds, kind);
    }

    /// <summary>Counts an entry that stands in the chain with its hash alone: it is out of the pack's scope or period.</summary>
    public void Hidden() => _hidden++;

    /// <summary>Counts the end of somebody's access.</summary>
    /// <param name="conclusion">How it stands.</param>
    public void Leaver(string conclusion) => Add(_leavers, conclusion);

    /// <summary>Counts somebody's access.</summary>
    /// <param name="state">Their state of access; null where it was never decided.</param>
    /// <param name="accounts">How many accounts they have that can be used.</param>
    /// <param name="memberships">How many groups they are in.</param>
    public void Access(string? state, int accounts, int memberships)
    {
        Add(_access, state ?? "undecided");
        _accounts += accounts;
        _memberships += memberships;
    }

    /// <summary>Counts an exception.</summary>
    public void Exception(string kind) => Add(_exceptions, kind);

    /// <summary>The figures as JSON.</summary>
    public JsonObject Describe() => new()
    {
        ["anchors"] = _anchors,
        ["entries"] = _entries,
        ["entriesNotShown"] = _hidden,
        ["entriesByKind"] = Of(_kinds),
        ["leavers"] = Of(_leavers),
        ["access"] = Of(_access),
        ["activeAccounts"] = _accounts,
        ["memberships"] = _memberships,
        ["exceptions"] = Of(_exceptions),
    };

    private static void Add(SortedDictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private static JsonObject Of(SortedDictionary<string, long> counts) => new(counts.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value)));
}
