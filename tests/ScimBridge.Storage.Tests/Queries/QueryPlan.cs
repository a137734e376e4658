using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>What a database does to answer a statement.</summary>
internal static class QueryPlan
{
    /// <summary>The steps that look at more than the index says; empty where there are none.</summary>
    /// <param name="session">A session.</param>
    /// <param name="kind">The database.</param>
    /// <param name="query">The query; its page and its total are looked at.</param>
    /// <param name="most">The most rows that a step may look at.</param>
    public static async Task<List<string>> WasteAsync(Session session, DatabaseKind kind, ResourceQuery query, int most)
    {
        var sql = new PageSql(query, session.Dialect);
        var waste = new List<string>();
        foreach (var statement in (PageStatement[])[sql.Page(), sql.Total()])
        {
            waste.AddRange(kind == DatabaseKind.Sqlite
                ? Scans(await session.QueryAsync("EXPLAIN QUERY PLAN " + statement.Sql, r => r.GetString(3), Write.Never, statement.Parameters))
                : Wide(await session.FirstAsync("EXPLAIN (ANALYZE, FORMAT JSON) " + statement.Sql, r => r.GetString(0), Write.Never, statement.Parameters), most));
        }

        return waste;
    }

    /// <summary>SQLite: scans of tables, and searches for a type alone. A step names its table by the alias in the statement.</summary>
    private static IEnumerable<string> Scans(List<string> steps)
    {
        // Results of subqueries and of recursive steps are scanned rightly.
        var results = steps.Where(s => s.StartsWith("CO-ROUTINE ", StringComparison.Ordinal) || s.StartsWith("MATERIALIZE ", StringComparison.Ordinal))
            .Select(s => s.Split(' ')[1])
            .ToHashSet(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            var words = step.Split(' ');
            var isTable = words[0] == "SCAN" && !results.Contains(words[1]) && !step.Contains("VIRTUAL TABLE", StringComparison.Ordinal)
                && words[1] is not ("above" or "below" or "CONSTANT");
            var isType = step.Contains("(type=?)", StringComparison.Ordinal) || step.Contains("(type=? AND path=?)", StringComparison.Ordinal);
            if (isTable || isType)
                yield return step;
        }
    }

    /// <summary>PostgreSQL: steps that met many rows, whether they passed them on or not.</summary>
    private static IEnumerable<string> Wide(string? plan, int most)
    {
        var open = new Stack<JsonNode>([JsonNode.Parse(plan!)![0]!["Plan"]!]);
        while (open.TryPop(out var step))
        {
            foreach (var child in step["Plans"]?.AsArray() ?? [])
                open.Push(child!);
            var rows = ((double)step["Actual Rows"]! + Number(step, "Rows Removed by Filter") + Number(step, "Rows Removed by Join Filter")) * (double)step["Actual Loops"]!;
            if (rows > most)
                yield return $"{step["Node Type"]} {step["Relation Name"]} {step["Index Name"]} {rows}";
        }
    }

    private static double Number(JsonNode step, string name) => (double?)step[name] ?? 0;
}
