using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;
using ScimBridge.Scim.Tests.Filters;
using SortKey = ScimBridge.Scim.Filters.SortKey;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>A query of a world.</summary>
internal sealed record WorldQuery(World World, ResourceType Type, string Filter, string SortBy, bool Descending)
{
    public override string ToString() =>
        $"{Type} {Filter} by {SortBy}{(Descending ? " descending" : "")} of\n" +
        string.Join('\n', World.Resources.Select(r => $"{r.Type} {World.Representation(r).ToJsonString()}"));
}

/// <summary>Random worlds, and queries of them that also ask for what stands beside the bodies: ids, meta, members and groups.</summary>
internal static class WorldGenerators
{
    private static readonly long[] Instants = [0, 1, 1_767_607_200_000_000, 1_767_607_200_000_001, 1_767_607_260_500_000];

    private static readonly string[] Texts = ["", "a", "A", "b", "é", "user", "Group", "direct", "indirect", "%", "https://scim.example", "W/\\\"1\\\"", "Ａ"];

    private static readonly string[] TextOperators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"];

    private static readonly string[] OrderOperators = ["eq", "ne", "gt", "ge", "lt", "le"];

    public static Gen<WorldQuery> Queries(SchemaCatalog catalog)
    {
        ResourceType[] types = [catalog.User, catalog.Group, catalog.FindResourceType("Gadget")!];
        return from world in Worlds(catalog, types)
               from type in Gen.Elements(types)
               from filter in FilterText(world, type)
               from sortBy in Gen.Elements(SortPaths(type))
               from isDescending in Gen.Elements(true, false)
               select new WorldQuery(world, type, filter, sortBy, isDescending);
    }

    private static Gen<World> Worlds(SchemaCatalog catalog, ResourceType[] types) =>
        from kinds in Gen.ListOf(Gen.Frequency((4, Gen.Constant(types[0])), (3, Gen.Constant(types[1])), (2, Gen.Constant(types[2]))), 9)
        from resources in Gen.CollectToList(kinds.Index(), k => Resource(k.Index, k.Item))
        let groups = resources.Where(r => r.Type.Relation is not null).Select(r => r.Id).ToArray()
        from memberships in groups.Length == 0
            ? Gen.Constant(new List<(string Group, string Member)>())
            : Gen.ListOf(Membership(groups, [.. resources.Select(r => r.Id)]), 12).Select(l => l.ToList())
        select new World(catalog, [.. resources], [.. memberships.Where(m => m.Group != m.Member).Distinct()]);

    private static Gen<(string Group, string Member)> Membership(string[] groups, string[] members) =>
        from g in Gen.Elements(groups)
        from m in Gen.Elements(members)
        select (g, m);

    private static Gen<WorldResource> Resource(int index, ResourceType type) =>
        from body in FilterGenerators.Body(type)
        from created in Gen.Elements(Instants)
        from modified in Gen.Elements(Instants)
        from last in Gen.Choose(0, 9)
        select new WorldResource(
            type,
            // In the order of an index of their own, and not in that of their making.
            string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-8000-0000000000{last}{index}"),
            WithUniqueNames(body, index),
            created,
            modified);

    private static JsonObject WithUniqueNames(JsonObject body, int index)
    {
        if (body["userName"] is { } userName)
            body["userName"] = string.Create(CultureInfo.InvariantCulture, $"{(string)userName!}{index}");
        return body;
    }

    private static Gen<string> FilterText(World world, ResourceType type)
    {
        var term = Gen.Frequency((2, FilterGenerators.FilterText(type).Select(t => $"({t})")), (3, Beside(world, type)));
        return Gen.Frequency(
            (3, term),
            (2, Gen.Two(term).Select(t => $"{t.Item1} and {t.Item2}")),
            (2, Gen.Two(term).Select(t => $"{t.Item1} or {t.Item2}")),
            (1, term.Select(t => $"not ({t})")));
    }

    private static Gen<string> Beside(World world, ResourceType type)
    {
        var ids = Gen.Elements<string>([.. world.Resources.Select(r => r.Id), "00000000-0000-7000-8000-000000000000"]);
        var instants = Gen.Elements("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.0000005Z", "2026-01-05T10:00:00Z", "2026-01-05T11:00:00.000001+01:00", "1969-12-31T23:59:59.9999995Z");
        var always = new[]
        {
            Compared("id", Gen.Frequency((3, ids), (1, Gen.Elements("0000", "")))),
            Compared("meta.version", Gen.Elements(Texts)),
            Compared("meta.resourceType", Gen.Elements("User", "Group", "group", "G")),
            Compared("meta.location", Gen.OneOf(ids.Select(i => $"https://scim.example/v2/Users/{i}"), Gen.Elements(Texts))),
            Compared("meta.created", instants, OrderOperators),
            Compared("meta.lastModified", instants, OrderOperators),
            Gen.Elements("meta pr", "id pr", "meta.version pr", "meta[lastModified pr and resourceType eq \"User\"]", "externalId pr"),
        };
        var relation = type.Relation ?? type.Derived.FirstOrDefault();
        return relation is null ? Gen.OneOf(always) : Gen.Frequency((1, Gen.OneOf(always)), (2, Related(relation, ids)));
    }

    private static Gen<string> Related(string relation, Gen<string> ids)
    {
        Gen<string> Terms(string prefix) => Gen.OneOf(
            Compared(prefix + "value", ids),
            Compared(prefix + "value", ids, ["eq"]),
            Compared(prefix + "type", Gen.Elements(Texts)),
            Compared(prefix + "display", Gen.Elements(Texts)),
            Compared(prefix + "$ref", Gen.OneOf(Gen.Elements(Texts), ids.Select(i => $"https://scim.example/v2/Groups/{i}"))),
            Gen.Elements("value", "display", "type", "$ref").Select(s => $"{prefix}{s} pr"));

        var inner = Terms("");
        return Gen.OneOf(
            Terms(relation + "."),
            Compared(relation, ids),
            Gen.Constant(relation + " pr"),
            Gen.Two(inner).SelectMany(t => Gen.Elements("and", "or", "and not").Select(o => $"{relation}[{t.Item1} {Joined(o, t.Item2)}]")));
    }

    private static string Joined(string word, string term) => word == "and not" ? $"and not ({term})" : $"{word} {term}";

    private static Gen<string> Compared(string path, Gen<string> values, string[]? operators = null) =>
        from o in Gen.Elements(operators ?? TextOperators)
        from value in values
        select $"{path} {o} \"{value}\"";

    private static string[] SortPaths(ResourceType type)
    {
        var core = type.Schema.Attributes.Concat([CommonAttributes.ExternalId, CommonAttributes.Meta, CommonAttributes.Id]).Select(a => (a.Name, a));
        var extended = type.Extensions.SelectMany(e => e.Schema.Attributes.Select(a => (Name: e.Schema.Id + ":" + a.Name, a)));
        return
        [
            .. core.Concat(extended)
                .SelectMany(p => p.a.IsComplex ? p.a.SubAttributes.Select(s => $"{p.Name}.{s.Name}") : [p.Name])
                .Where(path => CanSort(path, type)),
        ];
    }

    private static bool CanSort(string path, ResourceType type)
    {
        try
        {
            return SortKey.Parse(path, type, ClientProfile.Strict) is not null;
        }
        catch (ScimException)
        {
            return false;
        }
    }
}
