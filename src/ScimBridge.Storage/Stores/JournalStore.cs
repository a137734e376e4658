namespace ScimBridge.Storage.Stores;

/// <summary>One fact in the journal.</summary>
/// <param name="Kind">What happened, e.g. <c>account.created</c>.</param>
/// <param name="Subject">Id of the resource.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Correlation">What it belongs to.</param>
/// <param name="Data">JSON: names and ids, no personal data.</param>
public readonly record struct JournalEntry(string Kind, string Subject, string Actor, string Correlation, string Data);

/// <summary>The journal: appended to, never changed.</summary>
public static class JournalStore
{
    /// <summary>Appends entries.</summary>
    public static Task AppendAsync(Session session, IEnumerable<JournalEntry> entries, long at, CancellationToken cancel)
    {
        var rows = new Rows("at:int", "kind", "subject", "actor", "correlation", "data");
        foreach (var e in entries)
            rows.Add(at, e.Kind, e.Subject, e.Actor, e.Correlation, e.Data);
        return session.ExecuteAsync("INSERT INTO journal (at, kind, subject, actor, correlation, data) {rows}", rows, cancel);
    }
}
