using System.Text;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Queries;

/// <summary>
/// Finds in a filter what indexes can answer. A conjunction starts from its most selective side; a disjunction needs both sides; a
/// negation has no start, since an index does not hold what is not there.
/// </summary>
internal sealed class CandidateSql(Statement statement, ResourceType type)
{
    // A longer text would meet the end of what the index keeps of long values (see IndexedValue).
    private const int LongestPrefix = IndexedValue.Whole - 1;

    /// <summary>Where to begin; null where no index helps.</summary>
    public Candidates? Of(Filter filter) => filter switch
    {
        And and => Both(Of(and.Left), Of(and.Right), and),
        Or or => Either(Of(or.Left), Of(or.Right), or),
        Comparison comparison => Of(comparison),
        // One element has to satisfy the whole of it: each part finds more than that.
        ValueFilter value => Of(value.Inner) is { } inner ? inner with { Rest = value } : null,
        _ => null,
    };

    private static Candidates? Both(Candidates? left, Candidates? right, And and)
    {
        if (left is null && right is null)
            return null;
        var useLeft = right is null || (left is not null && left.Rank <= right.Rank);
        var (used, open) = useLeft ? (left!, and.Right) : (right!, and.Left);
        return used with { Rest = used.Rest is null ? open : and };
    }

    private static Candidates? Either(Candidates? left, Candidates? right, Or or) => left is null || right is null
        ? null
        : new Candidates(
            [.. left.LookUps, .. right.LookUps],
            left.Rank > right.Rank ? left.Rank : right.Rank,
            left.OfType && right.OfType,
            left.Rest is null && right.Rest is null ? null : or);

    private Candidates? Of(Comparison comparison)
    {
        var path = comparison.Path;
        if (type.Indexed.Contains(path))
            return Keys(comparison);
        if (path.Schema is not null)
            return null;
        if (path.Attribute == CommonAttributes.Meta)
            return Instants(comparison);
        if (comparison.Operator != ComparisonOperator.Equal || comparison.Value is not CanonicalText { Value: var id })
            return null;
        if (path.Attribute == CommonAttributes.Id)
            return new(["SELECT c.id FROM resource AS c WHERE " + OfType($"c.id = {statement.Parameter(id)}")], CandidateRank.One, OfType: true, Rest: null);
        if (path.SubAttribute is not { Name: "value" })
            return null;
        if (path.Attribute.Name == type.Relation)
            return new([$"SELECT c.group_id AS id FROM membership AS c WHERE c.member_id = {statement.Parameter(id)}"], CandidateRank.Few, OfType: false, Rest: null);
        return type.Derived.Contains(path.Attribute.Name, StringComparer.Ordinal)
            ? new(
                ["SELECT c.id FROM resource AS c WHERE " + OfType(statement.Dialect.Among("c.id", MembershipSql.Below(statement.Dialect, statement.Parameter(id))))],
                CandidateRank.Group,
                OfType: true,
                Rest: null)
            : null;
    }

    private Candidates? Instants(Comparison comparison)
    {
        if (comparison.Operator == ComparisonOperator.NotEqual)
            return null;
        var (column, index) = comparison.Path.SubAttribute?.Name switch
        {
            "created" => ("c.created_at", "resource_by_created"),
            "lastModified" => ("c.modified_at", "resource_by_modified"),
            _ => (null, ""),
        };
        return column is null ? null : new(
            [
                $"SELECT c.id FROM resource AS c{statement.Dialect.UsingIndex(index)} WHERE " +
                OfType(InstantComparison.Of(column, comparison.Operator, (CanonicalText)comparison.Value, statement)),
            ],
            comparison.Operator == ComparisonOperator.Equal ? CandidateRank.Few : CandidateRank.Range,
            OfType: true,
            Rest: null);
    }

    private Candidates? Keys(Comparison comparison)
    {
        var distinct = comparison.Path.IsMultiValued ? "DISTINCT " : "";
        var indexed = comparison.Value.IndexText;
        switch (comparison.Operator)
        {
            case ComparisonOperator.Equal:
                var rank = comparison.Value is CanonicalBoolean ? CandidateRank.Half
                    : comparison.Path.Leaf.Uniqueness == Uniqueness.None ? CandidateRank.Few
                    : CandidateRank.One;
                return Keys(comparison, "", $"c.value = {statement.Parameter(IndexedValue.Of(indexed))}", rank, rest: null);
            case ComparisonOperator.StartsWith when indexed.Length > 0:
                var prefix = Prefix(indexed);
                return Keys(comparison, distinct, Range(prefix), CandidateRank.Range, prefix.Length == indexed.Length ? null : comparison);
            // The index holds numbers as text, which is not in their order.
            case ComparisonOperator.GreaterThan or ComparisonOperator.GreaterThanOrEqual or ComparisonOperator.LessThan
                or ComparisonOperator.LessThanOrEqual when comparison.Value is CanonicalText && indexed.Length <= LongestPrefix:
                return Keys(comparison, distinct, $"c.value {Sign(comparison.Operator)} {statement.Parameter(indexed)}", CandidateRank.Range, rest: null);
            default:
                return null;
        }
    }

    private Candidates Keys(Comparison comparison, string distinct, string condition, CandidateRank rank, Filter? rest) => new(
        [
            $"SELECT {distinct}c.resource_id AS id FROM resource_key AS c WHERE {OfType($"c.path = {Statement.Literal(comparison.Path.ToString())} AND {condition}")}",
        ],
        rank,
        OfType: true,
        rest);

    private string OfType(string condition) => $"c.type = {Statement.Literal(type.Name)} AND {condition}";

    private string Range(string prefix)
    {
        var from = $"c.value >= {statement.Parameter(prefix)}";
        return After(prefix) is { } end ? $"{from} AND c.value < {statement.Parameter(end)}" : from;
    }

    private static string Prefix(string text)
    {
        if (text.Length <= LongestPrefix)
            return text;
        return text[..(char.IsHighSurrogate(text[LongestPrefix - 1]) ? LongestPrefix - 1 : LongestPrefix)];
    }

    /// <summary>The first text in order of code points that comes after all with this beginning; null where there is none.</summary>
    private static string? After(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0)
        {
            var last = runes[^1].Value;
            runes.RemoveAt(runes.Count - 1);
            if (last < 0x10FFFF)
            {
                var next = new Rune(last == 0xD7FF ? 0xE000 : last + 1);
                return new StringBuilder().AppendJoin("", runes).Append(next).ToString();
            }
        }

        return null;
    }

    private static string Sign(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.GreaterThan => ">",
        ComparisonOperator.GreaterThanOrEqual => ">=",
        ComparisonOperator.LessThan => "<",
        _ => "<=",
    };
}
