using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Storage.Stores;

/// <summary>Erases what the database holds of a person who has left, beside their user and what the deletion of the user takes with it.</summary>
public static class ErasureStore
{
    /// <summary>
    /// Erases the details of the journal, which an entry <c>person.erased</c> about the user has to go before; all of the records but the key and the
    /// times of work; where the worker was; and what was noted of rows about them. What is left names nobody: ids, the source's key, the
    /// hashes by which rows are recognised, and the folded user name, which nobody else is to get.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="person">The worker.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task EraseAsync(Session session, HistorySubject person, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(person);
        (string, object?)[] worker = [("source", person.Source), ("number", person.Number)];
        (string, object?)[] user = [("id", person.ResourceId)];
        await session.ExecuteAsync("DELETE FROM journal_detail WHERE subject = @id", cancel, user);
        await EraseFactsAsync(session, "record", "seq", worker, cancel);
        await EraseFactsAsync(session, "held_record", "id", worker, cancel);
        await session.ExecuteAsync(
            "UPDATE held_record SET manager_id = NULL, department = NULL, country = NULL, move = NULL WHERE source = @source AND number = @number", cancel, worker);
        await session.ExecuteAsync(
            "UPDATE worker SET manager_id = NULL, department = NULL, country = NULL WHERE source = @source AND number = @number", cancel, worker);
        // A source may know the person by several keys.
        var keys = await session.QueryAsync(
            "SELECT DISTINCT relationship FROM record WHERE source = @source AND number = @number", r => r.GetString(0), cancel, worker);
        keys.Add(person.WorkerId);
        (string, object?)[] named = [("source", person.Source), ("keys", keys.Distinct(StringComparer.Ordinal).ToList())];
        await session.ExecuteAsync($"DELETE FROM quarantine WHERE source = @source AND {session.Dialect.In("worker_id", "@keys")}", cancel, named);
        await session.ExecuteAsync(
            $"UPDATE batch_fault SET reason = 'erased' WHERE {session.Dialect.In("worker_id", "@keys")} AND batch_id IN (SELECT id FROM batch WHERE source = @source)",
            cancel,
            named);
        await session.ExecuteAsync("UPDATE revocation_order SET reason = 'erased' WHERE resource_id = @id", cancel, user);
        // What was not taken will not be told again with an address.
        await session.ExecuteAsync("UPDATE signal SET former = NULL WHERE resource_id = @id AND refused IS NOT NULL", cancel, user);
    }

    private static async Task EraseFactsAsync(Session session, string table, string key, (string, object?)[] worker, CancellationToken cancel)
    {
        var rows = new Rows("key:int", "facts");
        foreach (var (id, facts) in await session.QueryAsync(
            $"SELECT {key}, facts FROM {table} WHERE source = @source AND number = @number", r => (r.GetInt64(0), r.GetString(1)), cancel, worker))
            rows.Add(id, WorkerFactsJson.Erase(facts));
        await session.ExecuteAsync($"UPDATE {table} SET facts = v.facts FROM ({{rows}}) AS v WHERE {table}.{key} = v.key", rows, cancel);
    }
}
