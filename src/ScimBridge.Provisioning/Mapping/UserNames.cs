using System.Globalization;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>
/// The user names that a worker may get, best first. A candidate is an expression over <c>worker</c> and <c>n</c>, which counts from 2; one
/// of which an output comes to nothing does not fit the worker.
/// </summary>
public sealed class UserNames
{
    /// <summary>How far <c>n</c> counts before the next candidate is used.</summary>
    public const int MostOfOne = 999;

    private readonly IReadOnlyList<Expression> _candidates;
    private readonly string _at;
    private readonly HashSet<string> _reserved;

    private UserNames(IReadOnlyList<Expression> candidates, string at, IEnumerable<string> reserved)
    {
        _candidates = candidates;
        _at = at;
        _reserved = reserved.Select(r => NameFolding.Key(r.Trim())).Where(r => r.Length > 0).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Reads the candidates.</summary>
    /// <param name="candidates">The expressions, best first.</param>
    /// <param name="at">JSON path of the list.</param>
    /// <param name="reserved">Names that nobody gets, with or without a domain; without one, under any.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static UserNames Read(IReadOnlyList<string> candidates, string at, IEnumerable<string> reserved, ICollection<MappingFault> faults)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(faults);
        var read = new List<Expression>();
        if (candidates.Count == 0)
            faults.Add(new(at, "needs a candidate."));
        for (var i = 0; i < candidates.Count; i++)
        {
            var expression = Expression.Parse(candidates[i], Shape.OfNames, complete: true, out var fault);
            fault ??= Try(expression!);
            if (fault is not null)
                faults.Add(new($"{at}[{i}]", fault.ToString()));
            else
                read.Add(expression!);
        }

        return new UserNames(read, at, reserved);
    }

    /// <summary>
    /// The candidates; never the same twice, never a reserved one, and without end: when all are taken, the employee number under the last
    /// candidate's domain follows.
    /// </summary>
    /// <exception cref="MappingException">A candidate fails for this worker.</exception>
    public IEnumerable<string> For(WorkerFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var seen = new HashSet<string>(_reserved, StringComparer.Ordinal);
        for (var i = 0; i < _candidates.Count; i++)
        {
            var counted = _candidates[i].Variables.Contains(Shape.Number);
            for (var n = 2; n <= (counted ? MostOfOne : 2); n++)
            {
                var (name, isComplete) = Evaluate(i, facts, n);
                if (!isComplete || !IsName(name))
                    break;
                if (IsFree(name))
                    yield return name;
            }
        }

        var last = Evaluate(_candidates.Count - 1, facts, 2).Text;
        var domain = last.LastIndexOf('@') is >= 0 and var at && IsName(last[at..]) ? last[at..] : "";
        // A number in other digits than these folds to nothing, and a name that is empty is none.
        var number = NameFolding.ToAscii(facts.EmployeeNumber) is { Length: > 0 } folded ? folded : "user";
        for (var n = 1; ; n++)
        {
            var name = (n == 1 ? number : string.Create(CultureInfo.InvariantCulture, $"{number}-{n}")) + domain;
            if (IsFree(name))
                yield return name;
        }

        bool IsFree(string name)
        {
            var key = NameFolding.Key(name);
            return !(key.IndexOf('@', StringComparison.Ordinal) is > 0 and var end && _reserved.Contains(key[..end])) && seen.Add(key);
        }
    }

    private ExpressionResult Evaluate(int candidate, WorkerFacts facts, int n)
    {
        try
        {
            return _candidates[candidate].Evaluate(ExpressionVariables.OfName(facts, n));
        }
        catch (ExpressionException e)
        {
            throw new MappingException($"{_at}[{candidate}]", e.Message);
        }
    }

    private static ExpressionFault? Try(Expression expression)
    {
        const string Fold = "Write names in letters that every system takes: {{ worker.givenName | fold }}.";
        if (expression.Variables.Count == 0)
            return new(1, "It gives everybody the same name.", Fold);
        ExpressionException? failed = null;
        foreach (var facts in MappingSample.OfNames)
        {
            try
            {
                if (IsName(expression.Evaluate(ExpressionVariables.OfName(facts, 2)).Text))
                    return null;
            }
            catch (ExpressionException e)
            {
                failed = e;
            }
        }

        return failed is null
            ? new(expression.ColumnOf(new ExpressionException()), "It comes to a name with blanks in it, or to none.", Fold)
            : new(expression.ColumnOf(failed), failed.Message, "It was tried with an invented worker who has everything.");
    }

    private static bool IsName(string name) => name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
