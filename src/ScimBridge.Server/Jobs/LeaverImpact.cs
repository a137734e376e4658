using NodaTime;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What would become of one service account if somebody left now.</summary>
/// <param name="Row">The account as it is.</param>
/// <param name="After">The account as it would be.</param>
/// <param name="Steps">The steps.</param>
public sealed record AccountImpact(ServiceAccountRow Row, ServiceAccount After, IReadOnlyList<CascadeStep> Steps);

/// <summary>Tries what would become of service accounts if somebody left now. Writes nothing.</summary>
internal static class LeaverImpact
{
    /// <summary>Each account that is their matter, with what would become of it.</summary>
    public static async Task<IReadOnlyList<AccountImpact>> TryAsync(
        Session session, BridgeConfiguration configuration, PolicyBook policies, IDateTimeZoneProvider zones, string personId, Instant now, CancellationToken cancel)
    {
        var sponsorship = configuration.Sponsorship!;
        var rows = await ServiceAccountStore.LoadAsync(session, await ServiceAccountStore.OfPeopleAsync(session, [personId], cancel), cancel);
        var loader = new PeopleLoader(sponsorship, configuration.Catalog.User, zones);
        var lifecycle = await policies.InForceAsync(session, cancel);
        var accounts = rows.ConvertAll(r => r.Account);
        var today = await loader.LoadAsync(session, accounts, [personId], new Dictionary<string, Person>(), lifecycle, now, cancel);
        var gone = new Dictionary<string, Person>(StringComparer.Ordinal) { [personId] = today[personId] with { IsGone = true } };
        var people = await loader.LoadAsync(session, accounts, [personId], gone, lifecycle, now, cancel);
        var left = new PersonEvent(CascadeEvent.TerminationEffective, personId);
        return
        [
            .. from row in rows
               let steps = Cascade.Of(row.Account, left, people, sponsorship.Policy, now)
               select new AccountImpact(row, StepEffect.Of(row.Account, steps, now), steps),
        ];
    }
}
