using System.Collections.Concurrent;

namespace ScimBridge.Server.Jobs;

/// <summary>What this process did at a target since it started.</summary>
/// <param name="Calls">Pieces of work that called the target.</param>
/// <param name="Created">Accounts and groups created.</param>
/// <param name="Updated">Accounts and groups changed.</param>
/// <param name="Disabled">Accounts disabled.</param>
/// <param name="Deleted">Accounts and groups deleted.</param>
/// <param name="Memberships">Memberships begun or ended.</param>
/// <param name="Retries">Pieces of work that have to be tried again.</param>
/// <param name="Failed">Pieces of work that were refused for good.</param>
public sealed record DeliveryCounts(
    long Calls, long Created, long Updated, long Disabled, long Deleted, long Memberships, long Retries, long Failed);

/// <summary>Counts what is done at the targets.</summary>
public sealed class DeliveryTally
{
    private static readonly DeliveryCounts None = new(0, 0, 0, 0, 0, 0, 0, 0);
    private readonly ConcurrentDictionary<string, DeliveryCounts> _counts = new(StringComparer.Ordinal);

    /// <summary>What was done at the target.</summary>
    public DeliveryCounts this[string target] => _counts.GetValueOrDefault(target, None);

    /// <summary>Counts.</summary>
    internal void Add(string target, Func<DeliveryCounts, DeliveryCounts> add) => _counts.AddOrUpdate(target, _ => add(None), (_, c) => add(c));
}
