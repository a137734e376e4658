using System.Reflection;
using System.Text.Json;

namespace ScimBridge.Conformance.Running;

/// <summary>A requirement of the RFCs. `Unobservable` is the reason why no request can show it, when none can.</summary>
internal sealed record Clause(string Id, string Level, string Part, string Text, string? Unobservable);

/// <summary>The requirements that the suite answers for, as embedded in it.</summary>
internal sealed class Catalogue
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _parts = new(StringComparer.Ordinal);

    private Catalogue(IReadOnlyList<Clause> clauses)
    {
        Clauses = clauses;
        foreach (var clause in clauses)
        {
            _index.Add(clause.Id, _index.Count);
            _parts.TryAdd(clause.Part, _parts.Count);
        }
    }

    public IReadOnlyList<Clause> Clauses { get; }

    public IEnumerable<string> Parts => _parts.Keys;

    public static Catalogue Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("catalogue.json")!;
        return new Catalogue(JsonSerializer.Deserialize<List<Clause>>(stream, Camel)!);
    }

    public Clause? Find(string id) => _index.TryGetValue(id, out var index) ? Clauses[index] : null;

    public int IndexOf(string id) => _index[id];

    /// <summary>The catalogue's parts come first, in its order; others follow.</summary>
    public int Order(string part) => _parts.GetValueOrDefault(part, _parts.Count);
}
