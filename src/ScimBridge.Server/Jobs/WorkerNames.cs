using System.Text;
using NodaTime;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>User names: unique over everybody who has one or had it.</summary>
/// <param name="configuration">The candidates, and when a name may be used again.</param>
/// <param name="user">The type of users.</param>
/// <param name="offered">
/// Names that were offered by earlier decisions and are not looked up, because nothing of these is written; null where everything is.
/// </param>
internal sealed class WorkerNames(BridgeConfiguration configuration, ResourceType user, HashSet<string>? offered)
{
    // Whose work begins later than that has no account from before the bridge.
    private static readonly Duration Lately = Duration.FromDays(14);

    // Nobody is called for it; it is asked for where a name is found at a target at all.
    private Dictionary<string, Takeover>? _takeovers;

    /// <summary>Names that were given up before this, in microseconds since 1970, may be somebody else's.</summary>
    public long FreeBefore(Instant now) =>
        configuration.Options.Mapping.ReuseAfterDays is { } days ? (now - Duration.FromDays(days)).ToMicroseconds() : long.MinValue;

    /// <summary>The targets whose accounts keep their names from those who are named here.</summary>
    public IReadOnlyList<string> Targets => [.. configuration.Targets.Select(t => t.Name)];

    /// <summary>Gives everybody a name who needs one: each offers the best candidate that is left, and one look-up a round tells which are taken.</summary>
    /// <param name="session">Where it is looked up.</param>
    /// <param name="cases">The workers.</param>
    /// <param name="now">Names that are nobody's any more are free a while after.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Of the names that were given those, folded, that no account at a target may have when they are written.</returns>
    public async Task<List<string>> GiveAsync(Session session, IReadOnlyCollection<WorkerCase> cases, Instant now, CancellationToken cancel)
    {
        var freeBefore = FreeBefore(now);
        var taken = offered ?? new HashSet<string>(StringComparer.Ordinal);
        await ClaimAsync(session, cases, taken, freeBefore, cancel);
        var open = cases.Where(c => c.Intent.Exists && c.Failure is null && (c.UserName is null || IsToBeRenamed(c)))
            .Select(c => (Case: c, Names: configuration.Mapping.UserNames.For(c.Worker.Facts).GetEnumerator()))
            .ToList();
        var unheld = new List<string>();
        while (open.Count > 0)
        {
            var offers = new List<(WorkerCase Case, IEnumerator<string> Names, string Key)>();
            foreach (var (c, names) in open)
            {
                if (Offer(c, names, taken) is { } key)
                    offers.Add((c, names, key));
            }

            var isTaken = await TakenAsync(session, offers.ConvertAll(o => (o.Key, o.Names.Current, o.Case.Due.ResourceId)), freeBefore, cancel);
            var held = await HeldAsync(session, offers.Where(o => IsNew(o.Case, now) && !isTaken(o.Key)).Select(o => (o.Key, o.Case)).ToList(), cancel);
            open.Clear();
            foreach (var (c, names, key) in offers)
            {
                if (isTaken(key) || held.GetValueOrDefault(key))
                {
                    open.Add((c, names));
                    continue;
                }

                c.UserName = names.Current;
                if (IsNew(c, now) && !held.ContainsKey(key))
                    unheld.Add(IndexedValue.Of(key));
            }
        }

        return unheld;
    }

    // Whom HR brings in with a start long ago has worked here before the bridge: an account of that name may well be theirs, and it is for the target to match
    // it, or for somebody to decide. Who joins has none yet.
    private static bool IsNew(WorkerCase c, Instant now) => c.Body is not null || c.Worker.AccessStart > now - Lately;

    // Of the names those that accounts at targets have, and whether one of these would not be the worker's. HR's own address is as good a sign as the name.
    private async Task<Dictionary<string, bool>> HeldAsync(Session session, List<(string Key, WorkerCase Case)> offers, CancellationToken cancel)
    {
        var found = await NameAtTargetStore.FindAsync(session, [.. offers.Select(o => o.Key)], Targets, cancel);
        var held = new Dictionary<string, bool>(StringComparer.Ordinal);
        if (found.Count == 0)
            return held;
        var takeovers = _takeovers ??= Takeovers();
        var some = offers.Where(o => found.Contains(o.Key)).ToList();
        var byAddress = await NameAtTargetStore.FindAsync(session, [.. some.Select(o => AddressOf(o.Case)).OfType<string>()], Targets, cancel);
        foreach (var (key, c) in some)
        {
            var own = found[key].Concat(AddressOf(c) is { } address ? byAddress[address] : [])
                .Where(n => n.IsFor(c.Due.ResourceId, c.Worker.Facts.EmployeeNumber, takeovers[n.Target])).Select(n => (n.Target, n.RemoteId)).ToHashSet();
            held[key] = !found[key].All(n => own.Contains((n.Target, n.RemoteId)));
        }

        return held;

        static string? AddressOf(WorkerCase c) => c.Worker.Facts.WorkEmail is { } email ? NameFolding.Key(email) : null;
    }

    private Dictionary<string, Takeover> Takeovers() => configuration.Targets.ToDictionary(
        t => t.Name,
        t =>
        {
            using var opened = t.Kind.Open(t.Options, TimeProvider.System);
            return opened.Capabilities.TakesOver;
        },
        StringComparer.Ordinal);

    // The next candidate that nobody of the batch has; null where the worker has none, because a candidate fails.
    private static string? Offer(WorkerCase c, IEnumerator<string> names, HashSet<string> taken)
    {
        try
        {
            string key;
            do
            {
                // The sequence of candidates has no end.
                names.MoveNext();
                key = NameFolding.Key(names.Current);
            }
            while (!taken.Add(key));
            return key;
        }
        catch (MappingException e)
        {
            c.Failure = e;
            return null;
        }
    }

    // Names that HR gives are not made here, and are unique all the same: who is given another's is in quarantine until HR says otherwise.
    private async Task ClaimAsync(Session session, IReadOnlyCollection<WorkerCase> cases, HashSet<string> taken, long freeBefore, CancellationToken cancel)
    {
        var claims = cases.Where(c => c.Intent.Exists && c.IsClaim).Select(c => (Case: c, Key: NameFolding.Key(c.UserName!))).ToList();
        if (claims.Count == 0)
            return;
        var isTaken = await TakenAsync(session, claims.ConvertAll(c => (c.Key, c.Case.UserName!, c.Case.Due.ResourceId)), freeBefore, cancel);
        foreach (var (c, key) in claims)
        {
            if (!taken.Add(key) || isTaken(key))
                c.Failure = new MappingException("userName", "Another user has this user name, or had it.");
        }
    }

    // Which of the names are somebody else's. Names that stood in the directory before there were folded ones are found as they are indexed.
    private async Task<Func<string, bool>> TakenAsync(
        Session session, List<(string Key, string Name, string ResourceId)> names, long freeBefore, CancellationToken cancel)
    {
        var known = await UserNameStore.FindAsync(session, names.ConvertAll(n => n.Key), cancel);
        var taken = names.Where(n => known.TryGetValue(n.Key, out var one)
            && one.ResourceId != n.ResourceId && (one.ReleasedAt is not { } since || since >= freeBefore)).Select(n => n.Key).ToHashSet(StringComparer.Ordinal);
        var accented = names.Where(n => !Ascii.IsValid(n.Name) && !known.ContainsKey(n.Key))
            .ToLookup(n => IndexedKey.OfUserName(n.Name, user), n => n.Key, StringComparer.Ordinal);
        if (accented.Count > 0)
        {
            var indexed = await ResourceStore.TakenAsync(session, user.Name, IndexedKey.UserNamePath, [.. accented.Select(a => a.Key)], cancel);
            taken.UnionWith(indexed.SelectMany(i => accented[i]));
        }

        return taken.Contains;
    }

    private bool IsToBeRenamed(WorkerCase c) =>
        configuration.Options.Mapping.OnRename == RenameAction.Rename && c.IsRenamed && !c.IsClaim && c.Worker.Facts.UserName is null
        && !c.ClientMastered.Contains("userName");
}
