using System.Text;
using NodaTime;
using ScimBridge.Provisioning.Mapping;
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
    /// <summary>Names that were given up before this, in microseconds since 1970, may be somebody else's.</summary>
    public long FreeBefore(Instant now) =>
        configuration.Options.Mapping.ReuseAfterDays is { } days ? (now - Duration.FromDays(days)).ToMicroseconds() : long.MinValue;

    /// <summary>Gives everybody a name who needs one: each offers the best candidate that is left, and one look-up a round tells which are taken.</summary>
    /// <param name="session">Where it is looked up.</param>
    /// <param name="cases">The workers.</param>
    /// <param name="now">Names that are nobody's any more are free a while after.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task GiveAsync(Session session, IReadOnlyCollection<WorkerCase> cases, Instant now, CancellationToken cancel)
    {
        var freeBefore = FreeBefore(now);
        var taken = offered ?? new HashSet<string>(StringComparer.Ordinal);
        await ClaimAsync(session, cases, taken, freeBefore, cancel);
        var open = cases.Where(c => c.Intent.Exists && c.Failure is null && (c.UserName is null || IsToBeRenamed(c)))
            .Select(c => (Case: c, Names: configuration.Mapping.UserNames.For(c.Worker.Facts).GetEnumerator()))
            .ToList();
        while (open.Count > 0)
        {
            var offers = new List<(WorkerCase Case, IEnumerator<string> Names, string Key)>();
            foreach (var (c, names) in open)
            {
                if (Offer(c, names, taken) is { } key)
                    offers.Add((c, names, key));
            }

            var isTaken = await TakenAsync(session, offers.ConvertAll(o => (o.Key, o.Names.Current, o.Case.Due.ResourceId)), freeBefore, cancel);
            open.Clear();
            foreach (var (c, names, key) in offers)
            {
                if (isTaken(key))
                    open.Add((c, names));
                else
                    c.UserName = names.Current;
            }
        }
    }

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
