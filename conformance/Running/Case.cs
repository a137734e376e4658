using System.Reflection;
using ScimBridge.Conformance.Http;

namespace ScimBridge.Conformance.Running;

/// <summary>A case: what it shows and the method that shows it.</summary>
internal sealed record Case(
    string Id, IReadOnlyList<string> Clauses, string Part, string Title, string Level, ClauseAttribute Facts, Func<Trial, Task> Run)
{
    /// <summary>All cases of this assembly in the catalogue's order, then those that are no clauses.</summary>
    public static IReadOnlyList<Case> All(Catalogue catalogue)
    {
        var cases = new List<Case>();
        foreach (var method in typeof(Case).Assembly.GetTypes().SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)))
        {
            if (method.GetCustomAttribute<ClauseAttribute>() is { } facts)
                cases.Add(From(method, facts, catalogue));
        }

        var doubled = cases.GroupBy(c => c.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (doubled is not null)
            throw new InvalidOperationException($"Two cases have the id {doubled.Key}.");
        return [.. cases.OrderBy(c => catalogue.Order(c.Part)).ThenBy(c => c.Clauses.Count > 0 ? catalogue.IndexOf(c.Clauses[0]) : int.MaxValue)
            .ThenBy(c => c.Id, StringComparer.Ordinal)];
    }

    private static Case From(MethodInfo method, ClauseAttribute facts, Catalogue catalogue)
    {
        var name = facts.Id.Split('/')[0];
        var clause = catalogue.Find(name);
        foreach (var other in facts.Also)
        {
            if (catalogue.Find(other) is null)
                throw new InvalidOperationException($"{facts.Id} claims to show {other}, which is not in the catalogue.");
        }
        if (clause is null && (facts.Title.Length == 0 || facts.Part.Length == 0))
            throw new InvalidOperationException($"{facts.Id} is not in the catalogue and has no title or part of its own.");

        return new Case(
            facts.Id,
            clause is null ? facts.Also : [clause.Id, .. facts.Also],
            facts.Part.Length > 0 ? facts.Part : clause!.Part,
            facts.Title.Length > 0 ? facts.Title : clause!.Text,
            clause?.Level ?? "",
            facts,
            method.CreateDelegate<Func<Trial, Task>>());
    }
}

/// <summary>What became of a case.</summary>
internal sealed record CaseResult(Case Case, Outcome Outcome, string Message, IReadOnlyList<Exchange> Exchanges, TimeSpan Took);
