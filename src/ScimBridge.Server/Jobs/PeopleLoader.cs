using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.TimeZones;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Loads the people whom a decision about service accounts asks for: those who have to do with them, everybody above these as far as the chain
/// of succession goes, and the owners of teams and applications. A worker is who HR says they are at that instant, decided or not.
/// </summary>
internal sealed class PeopleLoader(ConfiguredSponsorship sponsorship, ResourceType user, IDateTimeZoneProvider zones)
{
    private readonly SponsoringWorker _workers = new(sponsorship.Policy, sponsorship.Notice, zones);

    /// <summary>Loads them.</summary>
    /// <param name="session">The session.</param>
    /// <param name="accounts">The accounts.</param>
    /// <param name="others">Ids of further users.</param>
    /// <param name="known">Those of whom more is known than the database says yet, by id.</param>
    /// <param name="policy">The lifecycle's policy, which says how early a joiner is prepared.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<People> LoadAsync(
        Session session,
        IReadOnlyCollection<ServiceAccount> accounts,
        IEnumerable<string> others,
        IReadOnlyDictionary<string, Person> known,
        LifecyclePolicy policy,
        Instant now,
        CancellationToken cancel)
    {
        var teams = await TeamsAsync(session, [.. accounts.Select(a => a.TeamId).OfType<string>().Distinct(StringComparer.Ordinal)], cancel);
        var applications = sponsorship.Options.Applications.Where(a => accounts.Any(c => c.ApplicationId == a.Key)).ToDictionary(StringComparer.Ordinal);
        var names = teams.Values.Concat(applications.Values).SelectMany(n => n).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var ids = await UsersAsync(session, names, user, cancel);
        var people = new Dictionary<string, Person>(StringComparer.Ordinal);
        var open = accounts.SelectMany(Named).Concat(others).Concat(ids.Values).ToHashSet(StringComparer.Ordinal);
        // One more than the chain is long: the first is the one whose manager is asked.
        for (var depth = 0; depth <= sponsorship.Policy.Depth + 1 && open.Count > 0; depth++)
        {
            var found = open.Where(known.ContainsKey).Select(id => known[id]).ToList();
            open.ExceptWith(known.Keys);
            if (open.Count > 0)
                found.AddRange(await FindAsync(session, open, policy, now, cancel));
            foreach (var person in found)
                people[person.Id] = person;
            open = found.Select(p => p.ManagerId).OfType<string>().Where(m => !people.ContainsKey(m)).ToHashSet(StringComparer.Ordinal);
        }

        return new People(people.Values, Owners(teams, ids), Owners(applications, ids));
    }

    /// <summary>Ids of users by their user names; without those that nobody has.</summary>
    public static async Task<Dictionary<string, string>> UsersAsync(
        Session session, IReadOnlyCollection<string> names, ResourceType user, CancellationToken cancel)
    {
        var users = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (names.Count == 0)
            return users;
        var folded = names.GroupBy(n => IndexedKey.OfUserName(n, user), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var (value, id) in await ResourceStore.WithValuesAsync(session, "User", IndexedKey.UserNamePath, folded.Keys, cancel))
            users[folded[value]] = id;
        return users;
    }

    private async Task<List<Person>> FindAsync(
        Session session, IReadOnlyCollection<string> ids, LifecyclePolicy policy, Instant now, CancellationToken cancel)
    {
        var people = new List<Person>();
        var workers = await WorkerStore.OfResourcesAsync(session, ids, cancel);
        foreach (var source in workers.GroupBy(w => w.Source, StringComparer.Ordinal))
        {
            var found = await WorkerStore.OfIdsAsync(session, source.Key, [.. source.Select(w => w.WorkerId)], cancel);
            people.AddRange(found.AsParallel().AsOrdered().Select(w => PersonOf(w, policy, now)));
        }

        var left = ids.Except(people.Select(p => p.Id), StringComparer.Ordinal).ToList();
        if (left.Count > 0)
        {
            // Whom no HR system knows is here for as long as the account may be used.
            people.AddRange((await ResourceStore.FindAsync(session, left, cancel)).Values.Where(r => r.Type == "User").Select(r => PersonOf(r)));
        }

        return people;
    }

    private Person PersonOf(DueWorker due, LifecyclePolicy policy, Instant now)
    {
        var manager = due.ManagerHasResource && due.ManagerResourceId != due.ResourceId ? due.ManagerResourceId : null;
        if (due.OrderedOutAt is not null)
            return new Person(due.ResourceId) { ManagerId = manager, IsGone = true };
        try
        {
            return _workers.PersonOf(due.ResourceId, Timeline.Of(due.Assertions, Instant.MaxValue).At(now, zones, policy.Preparation), manager);
        }
        catch (Exception e) when (e is JsonException or DateTimeZoneNotFoundException or ArgumentException or OverflowException or InvalidOperationException)
        {
            // What cannot be understood changes nothing: what was decided last counts.
            return new Person(due.ResourceId) { ManagerId = manager, IsGone = due.Access is null or nameof(AccessState.Ended) };
        }
    }

    private static Person PersonOf(ResourceRow row)
    {
        var body = JsonNode.Parse(row.Body)!.AsObject();
        return new Person(row.Id) { ManagerId = AccountMapping.ManagerOf(body), IsGone = body["active"]?.GetValue<bool>() == false };
    }

    private async Task<Dictionary<string, List<string>>> TeamsAsync(Session session, IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        if (ids.Count == 0 || sponsorship.Options.Teams.Count == 0)
            return [];
        var displays = await ResourceStore.DisplaysAsync(session, ids, cancel);
        return displays.Where(d => sponsorship.Options.Teams.ContainsKey(d.Value))
            .ToDictionary(d => d.Key, d => sponsorship.Options.Teams[d.Value], StringComparer.Ordinal);
    }

    private static Dictionary<string, IReadOnlyList<string>> Owners(Dictionary<string, List<string>> named, Dictionary<string, string> ids) =>
        named.ToDictionary(
            n => n.Key, IReadOnlyList<string> (n) => [.. n.Value.Select(name => ids.GetValueOrDefault(name)).OfType<string>()], StringComparer.Ordinal);

    private static IEnumerable<string> Named(ServiceAccount account) =>
        ServiceAccountStore.PeopleOf(account).Concat(account.Handovers.Select(h => h.Start).OfType<string>());
}
