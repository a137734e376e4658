using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.SuccessFactors;

/// <summary>What of an entity is asked for: the properties that columns name, along the ways to them, and nothing else.</summary>
internal static class ODataQuery
{
    public static string Select(Declaration declaration, params IEnumerable<string> besides) =>
        string.Join(',', PathsOf(declaration).Select(path => string.Join('/', path)).Concat(besides).Distinct(StringComparer.Ordinal));

    public static string Expand(Declaration declaration) => string.Join(
        ',', PathsOf(declaration).Where(path => path.Count > 1).Select(path => string.Join('/', path.SkipLast(1))).Distinct(StringComparer.Ordinal));

    // A way to many is a list called results, which the query does not name.
    private static IEnumerable<List<string>> PathsOf(Declaration declaration) =>
        from column in declaration.Columns
        where !column.Name.StartsWith('$')
        select RecordPath.Parse(column.Name)!.Steps.Select(step => step.Name).OfType<string>().Where(name => name != "results").ToList();
}
