using ScimBridge.Provisioning.Journal;
using ScimBridge.Scim.Filters;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Queries;

/// <summary>Finds entries of the journal by a filter.</summary>
public static class JournalQueries
{
    /// <summary>Entries that satisfy a filter, in their order, those after a number; their positions are not told.</summary>
    /// <param name="session">The session.</param>
    /// <param name="filter">The filter, over single values named as the columns are; null for all.</param>
    /// <param name="after">The number of the last entry that is known.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<List<SealedEntry>> AfterAsync(Session session, Filter? filter, long after, int limit, CancellationToken cancel)
    {
        var statement = new Statement(session.Dialect);
        var from = Math.Max(after, filter is null ? 0 : await BeforeAsync(session, filter, cancel));
        var condition = $"seq > {statement.Parameter(from)}" + (filter is null ? "" : $" AND {Condition(filter, statement)}");
        return await session.QueryAsync(
            $"SELECT {JournalStore.Columns} FROM journal WHERE {condition} ORDER BY seq LIMIT {statement.Parameter(limit)}",
            r => JournalStore.Read(r, position: 0),
            cancel,
            statement.Parameters);
    }

    private static string Condition(Filter filter, Statement statement) => filter switch
    {
        And and => $"({Condition(and.Left, statement)} AND {Condition(and.Right, statement)})",
        Or or => $"({Condition(or.Left, statement)} OR {Condition(or.Right, statement)})",
        Not not => $"NOT ({Condition(not.Operand, statement)})",
        Comparison comparison => ComparisonSql.Of(statement, PlaceOf(comparison.Path.Attribute.Name), comparison.Operator, comparison.Value),
        Present present => ComparisonSql.Present(PlaceOf(present.Path.Attribute.Name)),
        Constant constant => constant.Value ? "true" : "false",
        _ => throw new ArgumentException($"There is no filter {filter.GetType().Name} of the journal.", nameof(filter)),
    };

    private static ScalarPlace PlaceOf(string name) => name switch
    {
        "at" => new ScalarPlace("at", ScalarKind.Instant, Optional: false),
        "seq" => new ScalarPlace("seq", ScalarKind.Number, Optional: false),
        "kind" or "subject" or "actor" or "correlation" => new ScalarPlace(name, ScalarKind.Text, Optional: false),
        _ => throw new ArgumentException($"The journal has no {name}.", nameof(name)),
    };

    // Where a filter asks for what came later than something, the blocks say where that begins: there is no index by time.
    private static async Task<long> BeforeAsync(Session session, Filter filter, CancellationToken cancel)
    {
        var from = Earliest(filter);
        if (from is null)
            return 0;
        var first = await session.FirstAsync(
            "SELECT min(first_seq) FROM journal_seal WHERE number > 0 AND until_at >= @from", r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0), cancel, ("from", from));
        return first - 1 ?? (await JournalSealStore.HeadAsync(session, cancel))?.LastSeq ?? 0;
    }

    private static long? Earliest(Filter filter) => filter switch
    {
        And and => (Earliest(and.Left), Earliest(and.Right)) switch
        {
            (null, var right) => right,
            (var left, null) => left,
            (var left, var right) => Math.Max(left.Value, right.Value),
        },
        Comparison { Operator: ComparisonOperator.GreaterThan or ComparisonOperator.GreaterThanOrEqual or ComparisonOperator.Equal, Value: CanonicalText text } c
            when c.Path.Attribute.Name == "at" && XsdDateTime.Parse(text.Value) is { } instant => (instant.UtcTicks - DateTime.UnixEpoch.Ticks) / 10,
        _ => null,
    };
}
