using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Some non-human identities that a target has shown, with what the bridge knows of them.</summary>
/// <param name="Found">Those that are no account of a person of ours, each once.</param>
/// <param name="Known">Ids of those that the inventory has, by their ids at the target.</param>
/// <param name="People">Users of the people who are shown with them, by their ids at the target.</param>
/// <param name="Rows">What the inventory has of them, by its ids.</param>
/// <param name="Rotating">Ids of those of which a credential is being exchanged.</param>
internal sealed record IdentityPage(
    IReadOnlyList<FoundAccount> Found,
    IReadOnlyDictionary<string, string> Known,
    IReadOnlyDictionary<string, string> People,
    IReadOnlyDictionary<string, ServiceAccountRow> Rows,
    IReadOnlySet<string> Rotating)
{
    /// <summary>Asks the target for a page. A connector that fails is asked again.</summary>
    public static async Task<(Outcome Outcome, FoundPage? Page)> ListAsync(IServiceAccountTarget target, string? next, CancellationToken cancel)
    {
        try
        {
            return await target.ListAsync(next, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return (new Outcome.Retry(null, $"The connector failed with {e.GetType().Name}."), null);
        }
    }

    /// <summary>Loads what is known of what was shown.</summary>
    /// <param name="session">The session.</param>
    /// <param name="target">The target.</param>
    /// <param name="shown">What it has shown.</param>
    /// <param name="isWriting">Whether the transaction will write the accounts.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<IdentityPage> LoadAsync(
        Session session, string target, IEnumerable<FoundAccount> shown, bool isWriting, CancellationToken cancel)
    {
        var found = shown.DistinctBy(a => a.RemoteId, StringComparer.Ordinal).ToList();
        var ids = found.ConvertAll(a => a.RemoteId);
        var known = await DiscoveryStore.KnownAsync(session, target, ids, cancel);
        var people = await DiscoveryStore.LinkedAsync(
            session, target,
            [.. found.SelectMany(a => a.OwnerIds.Concat(a.SponsorIds).Concat(a.CreatedById is { } by ? [by] : [])).Concat(ids).Distinct(StringComparer.Ordinal)], cancel);
        var rows = isWriting
            ? await ServiceAccountStore.HoldAsync(session, [.. known.Values], cancel)
            : await ServiceAccountStore.LoadAsync(session, [.. known.Values], cancel);
        return new IdentityPage(
            // An account of a person of ours is no identity that nobody knows.
            found.FindAll(a => known.ContainsKey(a.RemoteId) || !people.ContainsKey(a.RemoteId)),
            known,
            people,
            rows.ToDictionary(r => r.Account.Id, StringComparer.Ordinal),
            await RotationStore.UnderWayAsync(session, [.. known.Values], cancel));
    }
}
