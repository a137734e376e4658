using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Filters;

/// <summary>
/// Random resources and random filters for a resource type, out of a small stock of values so that they meet. Uses the
/// public surface of the engine only: the tests of the databases link this file.
/// </summary>
public static class FilterGenerators
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Letters =
        ["a", "A", "b", "B", "z", "ab", "é", "É", "e\u0301", "ß", "ς", "Σ", "ı", "İ", "Ａ", "ｶﾞ", "😀", "\uFFFD", "%", "_", "\\", "\"", "'", "*", " "];

    private static readonly string[] Instants =
    [
        "2026-01-05T10:00:00Z", "2026-01-05T11:00:00+01:00", "2026-01-05T10:00:00.0000001Z", "2026-01-05T10:00:00",
        "2025-12-31T24:00:00Z", "2026-01-01T00:00:00.000-00:00", "1999-02-28T23:59:59.9999999-12:00",
    ];

    private static readonly string[] Integers = ["0", "1", "-1", "2", "10", "9007199254740992", "9007199254740993", "-9223372036854775808"];

    private static readonly string[] Decimals = ["0", "1", "1.0", "-0.25", "0.1", "9.5", "1e3", "99.99", "1.5E-7", "123456.789"];

    /// <summary>A body as it is stored: in the spelling of the schema, without null, empty arrays or empty objects.</summary>
    public static Gen<JsonObject> Body(ResourceType type)
    {
        var core = type.Schema.Attributes.Where(a => IsStored(type, a)).Append(CommonAttributes.ExternalId).ToList();
        var containers = type.Extensions.Select(e => Members([.. e.Schema.Attributes.Where(a => IsStored(type, a))], 3).Select(m => (e.Schema.Id, Members: m)));
        return from members in Members(core, 6)
               from extensions in Gen.CollectToList(containers, c => c)
               select Assemble(members, extensions);
    }

    /// <summary>The text of a filter that is valid for the type.</summary>
    public static Gen<string> FilterText(ResourceType type) => Text(Paths(type), 3);

    private static JsonObject Assemble(JsonObject members, IEnumerable<(string Id, JsonObject Members)> extensions)
    {
        foreach (var (id, container) in extensions.Where(e => e.Members.Count > 0))
        {
            members[id] = container;
        }

        return members;
    }

    private static bool IsStored(ResourceType type, AttributeDefinition attribute) =>
        attribute.Returned != Returned.Never && attribute.Name != type.Relation && !type.Derived.Contains(attribute.Name);

    private static Gen<JsonObject> Members(IReadOnlyList<AttributeDefinition> attributes, int most) =>
        from chosen in Gen.SubListOf<AttributeDefinition>(attributes)
        from values in Gen.CollectToList(chosen.Take(most), a => Value(a).Select(v => (a.Name, v)))
        select new JsonObject(values.Where(v => v.v is not null).Select(v => KeyValuePair.Create<string, JsonNode?>(v.Name, v.v)));

    private static Gen<JsonNode?> Value(AttributeDefinition attribute)
    {
        var one = attribute.IsComplex
            ? Members(attribute.SubAttributes, 4).Select(m => m.Count > 0 ? (JsonNode)m : null)
            : Literal(attribute.Type).Select(JsonNode? (text) => JsonNode.Parse(text));
        return attribute.MultiValued
            ? Gen.ListOf(one, 3).Select(values => values.OfType<JsonNode>().ToArray()).Select(JsonNode? (v) => v.Length > 0 ? new JsonArray(v) : null)
            : one;
    }

    /// <summary>A scalar as JSON text.</summary>
    private static Gen<string> Literal(AttributeType type) => type switch
    {
        AttributeType.Boolean => Gen.Elements("true", "false"),
        AttributeType.Integer => Gen.Elements(Integers),
        AttributeType.Decimal => Gen.Elements(Decimals),
        AttributeType.DateTime => Gen.Elements(Instants).Select(Quote),
        AttributeType.Binary => Gen.Elements("AQID", "AQI=", "AQI", "aqid").Select(Quote),
        _ => Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(Gen.Elements(Letters), n)).Select(l => Quote(string.Concat(l))),
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);

    private static List<(string Path, AttributeDefinition Attribute)> Paths(ResourceType type)
    {
        var core = type.Schema.Attributes.Where(a => IsStored(type, a)).Append(CommonAttributes.ExternalId).Select(a => (a.Name, a));
        var extended = type.Extensions.SelectMany(e => e.Schema.Attributes.Where(a => IsStored(type, a)).Select(a => (e.Schema.Id + ":" + a.Name, a)));
        return [.. core.Concat(extended)];
    }

    private static Gen<string> Text(List<(string Path, AttributeDefinition Attribute)> paths, int depth)
    {
        var term = Gen.Elements<(string Path, AttributeDefinition Attribute)>(paths).SelectMany(p => Term(p.Path, p.Attribute));
        return depth == 0 ? term : Logical(term, Text(paths, depth - 1));
    }

    private static Gen<string> Logical(Gen<string> term, Gen<string> deeper) => Gen.Frequency(
        (4, term),
        (2, Gen.Two(deeper).Select(t => $"{t.Item1} and {t.Item2}")),
        (2, Gen.Two(deeper).Select(t => $"{t.Item1} or {t.Item2}")),
        (1, deeper.Select(t => $"({t})")),
        (2, deeper.Select(t => $"not ({t})")));

    private static Gen<string> Term(string path, AttributeDefinition attribute)
    {
        if (!attribute.IsComplex)
        {
            return Comparison(path, attribute);
        }

        var dotted = Gen.Elements<AttributeDefinition>(attribute.SubAttributes).SelectMany(s => Comparison($"{path}.{s.Name}", s));
        var inner = Gen.Elements<AttributeDefinition>(attribute.SubAttributes).SelectMany(s => Comparison(s.Name, s));
        return Gen.Frequency(
            (1, Gen.Constant($"{path} pr")),
            (4, dotted),
            (4, Logical(inner, inner).Select(f => $"{path}[{f}]")));
    }

    private static Gen<string> Comparison(string path, AttributeDefinition attribute)
    {
        string[] operators = attribute.Type switch
        {
            AttributeType.Boolean or AttributeType.Binary => ["eq", "ne"],
            AttributeType.String or AttributeType.Reference => ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"],
            _ => ["eq", "ne", "gt", "ge", "lt", "le"],
        };
        return Gen.Frequency(
            (1, Gen.Elements("pr", "eq null", "ne null").Select(o => $"{path} {o}")),
            (6, from o in Gen.Elements(operators)
                from literal in Literal(attribute.Type)
                select string.Create(CultureInfo.InvariantCulture, $"{path} {o} {literal}")));
    }
}
