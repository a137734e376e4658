using System.Text.RegularExpressions;
using Fluid.Ast;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>Goes through a parsed expression for names that stand for nothing and for what could run away. Finds the first fault.</summary>
internal sealed partial class ExpressionCheck(string text, Shape known) : AstVisitor
{
    private readonly HashSet<string> _own = new(StringComparer.Ordinal) { "forloop" };
    private readonly HashSet<string> _variables = new(StringComparer.Ordinal);

    /// <summary>The fault, or null.</summary>
    public ExpressionFault? Fault { get; private set; }

    /// <summary>The variables that it reads and does not make itself.</summary>
    public IReadOnlyCollection<string> Variables => _variables;

    /// <summary>Where a filter stands in a text; where the first output or tag begins, where it is not known which it is.</summary>
    public static int ColumnOf(string text, string? filter) =>
        (filter is null ? 0 : Behind("|", filter, text)) is > 0 and var column ? column : Math.Max(1, text.IndexOf('{', StringComparison.Ordinal) + 1);

    protected override Statement VisitAssignStatement(AssignStatement assignStatement)
    {
        var visited = base.VisitAssignStatement(assignStatement);
        if (known.Members!.ContainsKey(assignStatement.Identifier))
            Found(Column(assignStatement.Identifier), $"'{assignStatement.Identifier}' cannot be assigned.", "Take another name.");
        _own.Add(assignStatement.Identifier);
        return visited;
    }

    protected override Statement VisitForStatement(ForStatement forStatement)
    {
        _own.Add(forStatement.Identifier);
        if (forStatement.Range is not null)
            FoundRange();
        return base.VisitForStatement(forStatement);
    }

    protected override Fluid.Ast.Expression VisitRangeExpression(RangeExpression rangeExpression)
    {
        FoundRange();
        return rangeExpression;
    }

    protected override Fluid.Ast.Expression VisitFilterExpression(FilterExpression filterExpression)
    {
        if (!ExpressionLanguage.Filters.Contains(filterExpression.Name))
        {
            Found(
                Math.Max(1, Behind("|", filterExpression.Name, text)),
                $"There is no filter '{filterExpression.Name}'.",
                Near(filterExpression.Name, ExpressionLanguage.Filters));
        }

        return base.VisitFilterExpression(filterExpression);
    }

    protected override Fluid.Ast.Expression VisitMemberExpression(MemberExpression memberExpression)
    {
        foreach (var indexer in memberExpression.Segments.OfType<IndexerSegment>())
            Visit(indexer.Expression);
        if (memberExpression.Segments[0] is not IdentifierSegment { Identifier: var first } || _own.Contains(first))
            return memberExpression;
        _variables.Add(first);
        var path = "";
        var shape = known;
        foreach (var segment in memberExpression.Segments)
        {
            if (segment is not IdentifierSegment { Identifier: var name })
            {
                // What an index stands for is not known before it is evaluated, but for that of a list.
                if (shape.Element is null)
                    break;
                shape = shape.Element;
                continue;
            }

            path = path.Length == 0 ? name : $"{path}.{name}";
            if (Member(shape, name) is { } member)
            {
                shape = member;
                continue;
            }

            var isFirst = path == name;
            Found(
                Column(path),
                isFirst ? $"There is no variable '{name}'." : $"There is no '{path}'.",
                shape.Members is null ? "It is a value and has no members." : Near(name, shape.Members.Keys));
            break;
        }

        return memberExpression;
    }

    private static Shape? Member(Shape shape, string name) =>
        shape.Members?.GetValueOrDefault(name)
        ?? (name is "first" or "last" ? shape.Element : null)
        ?? (name == "size" && shape.Members is null ? new Shape(Members: null) : null);

    private static string Near(string name, IEnumerable<string> there)
    {
        var names = there.Order(StringComparer.Ordinal).ToList();
        var near = names.Find(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase)) ?? names.MinBy(n => Distance(n, name));
        return near is not null && Distance(near, name) <= 2 ? $"Did you mean '{near}'?" : $"There are {string.Join(", ", names)}.";
    }

    // Levenshtein's: how many letters are to be changed, put in or left out.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost));
            }
        }

        return row[^1];
    }

    private static int Behind(string sign, string name, string text)
    {
        foreach (Match match in Word().Matches(text))
        {
            if (match.Value == name && text.AsSpan(0, match.Index).TrimEnd().EndsWith(sign, StringComparison.Ordinal))
                return match.Index + 1;
        }

        return 0;
    }

    private int Column(string path) => Math.Max(1, text.IndexOf(path, StringComparison.Ordinal) + 1);

    private void FoundRange() => Found(
        text.IndexOf("..", StringComparison.Ordinal) + 1,
        "A range may run for long.",
        "A for goes over a list, such as one that split makes.");

    private void Found(int column, string reason, string hint) => Fault ??= new(Math.Max(1, column), reason, hint);

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
