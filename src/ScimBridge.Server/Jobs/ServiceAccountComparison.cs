using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Compares what a target shows of non-human identities with the inventory. It reads what <see cref="Discover"/> reads, and changes nothing: not even
/// the inventory. What differs is read once more by itself, since it may have changed while it was listed.
/// </summary>
internal sealed class ServiceAccountComparison(
    ConfiguredTarget configured,
    IServiceAccountTarget target,
    BridgeConfiguration configuration,
    PolicyBook policies,
    IDateTimeZoneProvider zones,
    Database database,
    IClock clock)
{
    private static readonly Dictionary<string, Person> AsStored = [];

    /// <summary>Whether the identities of a target are compared.</summary>
    public static bool IsOn(BridgeConfiguration configuration, ITarget target) =>
        configuration.Sponsorship is not null && target.ServiceAccounts is { Capabilities.Finds.Count: > 0 };

    /// <summary>A page of what is there.</summary>
    public Task<(Outcome Outcome, FoundPage? Page)> ListAsync(string? next, CancellationToken cancel) => IdentityPage.ListAsync(target, next, cancel);

    /// <summary>Compares what a listing has shown.</summary>
    public async Task<(Outcome? Failure, List<Difference> Found)> CompareAsync(IReadOnlyList<FoundAccount> listed, CancellationToken cancel)
    {
        var (found, doubtful) = (new List<Difference>(), new List<FoundAccount>());
        foreach (var (identity, differences) in await OnceAsync(listed, cancel))
        {
            if (identity.Account is not null && differences.Any(d => d.Standing == Standing.Open))
                doubtful.Add(identity.Found);
            else
                found.AddRange(differences);
        }

        var again = new List<FoundAccount>();
        foreach (var account in doubtful)
        {
            var (outcome, read) = await target.ReadAsync(account.Kind, account.RemoteId, cancel);
            if (read is not null)
                again.Add(read);
            else if (outcome is not Outcome.Gone)
                return (outcome, []);
        }

        foreach (var (_, differences) in await OnceAsync(again, cancel))
            found.AddRange(differences);
        return (null, found);
    }

    /// <summary>Reads accounts of the inventory that no listing has shown, and compares them; those that are of a kind that is found there.</summary>
    public async Task<(Outcome? Failure, List<Difference> Found, int Read)> CompareAbsentAsync(
        IReadOnlyList<(string Id, string RemoteId)> accounts, CancellationToken cancel)
    {
        var (found, there) = (new List<Difference>(), new List<FoundAccount>());
        var rows = await database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [.. accounts.Select(a => a.Id)], cancel), cancel);
        var meant = rows.FindAll(r => r.RemoteId is not null && target.Capabilities.Finds.Contains(r.Account.Kind));
        foreach (var row in meant)
        {
            var (outcome, read) = await target.ReadAsync(row.Account.Kind, row.RemoteId!, cancel);
            if (read is not null)
                there.Add(read);
            else if (outcome is Outcome.Gone)
                found.Add(ServiceAccountReconciler.Missing(row.Account.Id, row.RemoteId!));
            else
                return (outcome, [], 0);
        }

        foreach (var (_, differences) in await OnceAsync(there, cancel))
            found.AddRange(differences);
        return (null, found, meant.Count);
    }

    private Task<List<(ReconciledServiceAccount Identity, IReadOnlyList<Difference> Found)>> OnceAsync(IReadOnlyList<FoundAccount> shown, CancellationToken cancel) =>
        database.ReadAsync(s => OnceAsync(s, shown, cancel), cancel);

    private async Task<List<(ReconciledServiceAccount Identity, IReadOnlyList<Difference> Found)>> OnceAsync(
        Session session, IReadOnlyList<FoundAccount> shown, CancellationToken cancel)
    {
        if (shown.Count == 0)
            return [];
        var now = clock.GetCurrentInstant();
        var policy = configuration.Sponsorship!.Policy;
        var page = await IdentityPage.LoadAsync(session, configured.Name, shown, isWriting: false, cancel);
        var accounts = page.Rows.Values.Select(r => r.Account).ToList();
        var people = await new PeopleLoader(configuration.Sponsorship!, configuration.Catalog.User, zones).LoadAsync(
            session, accounts, page.People.Values, AsStored, await policies.InForceAsync(session, cancel), now, cancel);
        var links = await LinkStore.FindAsync(
            session, configured.Name, [.. accounts.SelectMany(a => a.Accountable).Select(a => a.PersonId).Distinct(StringComparer.Ordinal)], cancel);
        var remoteIds = links.Where(l => l.Value.RemoteId is not null).ToDictionary(l => l.Key, l => l.Value.RemoteId!, StringComparer.Ordinal);
        var due = await ServiceAccountTaskStore.OpenAsync(session, configured.Name, [.. page.Rows.Keys], cancel);
        return
        [
            .. from found in page.Found
               let id = page.Known.GetValueOrDefault(found.RemoteId)
               let identity = new ReconciledServiceAccount(found, id is null ? null : page.Rows.GetValueOrDefault(id)?.Account, people)
               {
                   Shown = page.People,
                   RemoteIds = remoteIds,
                   IsRotating = id is not null && page.Rotating.Contains(id),
                   IsStateDue = id is not null && due[id].Any(v => v is ServiceAccountVerb.Disable or ServiceAccountVerb.Enable or ServiceAccountVerb.Delete),
                   AreOwnersDue = id is not null && due[id].Contains(ServiceAccountVerb.Owners),
                   IsProtected = configured.Settings.Protect.Ids.Contains(found.RemoteId),
               }
               select (identity, ServiceAccountReconciler.Compare(identity, target.Capabilities, policy, now)),
        ];
    }
}
