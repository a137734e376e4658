namespace ScimBridge.Storage.Stores;

/// <summary>A user name that is or was somebody's.</summary>
/// <param name="ResourceId">Whose it is, or was last.</param>
/// <param name="ReleasedAt">Since when nobody has it, in microseconds since 1970; null while it is somebody's.</param>
public readonly record struct KnownUserName(string ResourceId, long? ReleasedAt);

/// <summary>The user names in use and those that somebody had, in the form in which they are compared. <see cref="Commit"/> writes them.</summary>
public static class UserNameStore
{
    /// <summary>Those of the names that are known, by name.</summary>
    /// <param name="session">The session.</param>
    /// <param name="names">Names, folded as <see cref="Provisioning.Mapping.NameFolding.Key"/> does it.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<Dictionary<string, KnownUserName>> FindAsync(
        Session session, IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        // Long values are indexed in another form than they are asked for.
        var asked = names.ToLookup(IndexedValue.Of, StringComparer.Ordinal);
        if (asked.Count == 0)
            return new(StringComparer.Ordinal);
        var found = await session.QueryAsync(
            "SELECT t.folded, t.resource_id, t.released_at FROM " + session.Dialect.ForEach("@names", "user_name", "t.folded = i.id"),
            r => (Name: r.GetString(0), Known: new KnownUserName(r.GetString(1), r.IsDBNull(2) ? null : r.GetInt64(2))),
            cancel,
            ("names", asked.Select(g => g.Key).ToArray()));
        return found.SelectMany(f => asked[f.Name].Select(name => KeyValuePair.Create(name, f.Known)))
            .DistinctBy(p => p.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Releases the names of users who are no more, takes the names that users get, and releases those that they lose.</summary>
    internal static async Task WriteAsync(
        Session session, Changes changes, IReadOnlyCollection<(string Name, string Id)> gone, IReadOnlyCollection<(string Name, string Id)> added, CancellationToken cancel)
    {
        if (!changes.KeepsNames && gone.Count > 0)
        {
            var released = new Rows("folded", "resource_id", "released:int");
            foreach (var (name, id) in gone)
                released.Add(name, id, changes.At);
            await session.ExecuteAsync(
                "UPDATE user_name SET released_at = v.released FROM ({rows}) AS v " +
                "WHERE user_name.folded = v.folded AND user_name.resource_id = v.resource_id",
                released,
                cancel);
        }

        if (added.Count == 0)
            return;
        var anyReleased = changes.NamesFreeBefore == long.MaxValue;
        if (!anyReleased && changes.NamesFreeBefore > long.MinValue)
        {
            await session.ExecuteAsync(
                $"DELETE FROM user_name WHERE {session.Dialect.In("folded", "@names")} AND released_at < @before",
                cancel,
                ("names", added.Select(a => a.Name).ToArray()), ("before", changes.NamesFreeBefore));
        }

        if (added.DistinctBy(a => a.Name, StringComparer.Ordinal).Count() < added.Count)
            throw new UniquenessException("user_name");
        // In the order of the index: two writers take their locks in one order.
        var taken = new Rows("folded", "resource_id");
        foreach (var (name, id) in added.OrderBy(a => a.Name, StringComparer.Ordinal))
            taken.Add(name, id);
        var written = await session.ExecuteAsync(
            "INSERT INTO user_name (folded, resource_id) {rows} ON CONFLICT (folded) DO UPDATE SET resource_id = excluded.resource_id, " +
            "released_at = NULL WHERE user_name.resource_id = excluded.resource_id" + (anyReleased ? " OR user_name.released_at IS NOT NULL" : ""),
            taken,
            cancel);
        if (written != taken.Count)
            throw new UniquenessException("user_name");
    }

    /// <summary>Releases every name of users who are no more.</summary>
    internal static Task ReleaseAsync(Session session, IReadOnlyCollection<string> ids, long at, CancellationToken cancel) =>
        ids.Count == 0
            ? Task.CompletedTask
            : session.ExecuteAsync(
                $"UPDATE user_name SET released_at = @at WHERE released_at IS NULL AND {session.Dialect.In("resource_id", "@ids")}",
                cancel,
                ("at", at), ("ids", ids));
}
