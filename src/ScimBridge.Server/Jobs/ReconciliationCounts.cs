using System.Text.Json;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Server.Jobs;

/// <summary>The figures of a reconciliation, as they are kept and shown.</summary>
internal sealed record ReconciliationCounts
{
    private static readonly JsonSerializerOptions Written = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Accounts that were compared.</summary>
    public long Users { get; init; }

    /// <summary>Groups that were compared.</summary>
    public long Groups { get; init; }

    /// <summary>Memberships that were read.</summary>
    public long Memberships { get; init; }

    /// <summary>Non-human identities that were compared.</summary>
    public long ServiceAccounts { get; init; }

    /// <summary>Why they were not; null where they were, and where nothing is configured of them.</summary>
    public string? ServiceAccountsUnread { get; init; }

    /// <summary>Accounts that a listing showed more than once: it slipped while it was read.</summary>
    public long Repeated { get; init; }

    /// <summary>Groups whose members the target does not show.</summary>
    public long Unread { get; init; }

    /// <summary>Accounts that were read one by one.</summary>
    public long Read { get; init; }

    /// <summary>Differences by kind, those of them that count: neither pending nor protected.</summary>
    public SortedDictionary<string, long> Open { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Differences that what is due will end.</summary>
    public long Pending { get; init; }

    /// <summary>Differences at accounts that are never touched.</summary>
    public long Shielded { get; init; }

    /// <summary>Differences that were set right.</summary>
    public long Enforced { get; init; }

    public static ReconciliationCounts Parse(string json) => JsonSerializer.Deserialize<ReconciliationCounts>(json, Written)!;

    public string ToJson() => JsonSerializer.Serialize(this, Written);

    /// <summary>The same with more differences.</summary>
    public ReconciliationCounts With(IReadOnlyCollection<Difference> found)
    {
        var open = new SortedDictionary<string, long>(Open, StringComparer.Ordinal);
        foreach (var kind in found.Where(f => f.Standing == Standing.Open).GroupBy(f => f.Kind))
            open[Words.Of(kind.Key)] = open.GetValueOrDefault(Words.Of(kind.Key)) + kind.Count();
        return this with
        {
            Open = open,
            Pending = Pending + found.Count(f => f.Standing == Standing.Pending),
            Shielded = Shielded + found.Count(f => f.Standing == Standing.Shielded),
        };
    }
}
