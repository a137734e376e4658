using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Tests.Filters;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>The vectors that the evaluator in memory passes, on a database.</summary>
public sealed class FilterVectorTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Every_filter_gives_the_expected_resources(DatabaseKind kind)
    {
        var vectors = FilterVectors.Shared;
        var world = Of(vectors);
        var keys = vectors.Resources.ToDictionary(r => (string)r.Resource["id"]!, r => r.Key, StringComparer.Ordinal);
        await using var test = await TestDatabase.CreateAsync(kind);
        await world.PutAsync(test.Database);
        var wrong = new List<string>();
        foreach (var vector in vectors.Filters.Where(v => v.Match is not null))
        {
            var filter = FilterParser.Parse(vector.Filter, vector.Type, vector.Profile);
            var page = await test.Database.ReadAsync(
                s => ResourceQueries.PageAsync(s, world.Query(vector.Type, filter), Write.Never), Write.Never);
            var found = string.Join(' ', page.Rows.Select(r => keys[r.Id]));
            var expected = string.Join(' ', vector.Match!);
            if (found != expected || page.Total != vector.Match!.Count)
                wrong.Add($"{vector.Filter}: found {found}, expected {expected}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static World Of(FilterVectors vectors)
    {
        var memberships = vectors.Resources
            .Where(r => r.Type.Relation is not null)
            .SelectMany(g => (g.Resource[g.Type.Relation!] as JsonArray ?? []).Select(m => ((string)g.Resource["id"]!, (string)m!["value"]!)));
        return new World(vectors.Catalog, [.. vectors.Resources.Select(Of)], [.. memberships]);
    }

    private static WorldResource Of(VectorResource vector)
    {
        var body = vector.Resource.DeepClone().AsObject();
        var meta = body["meta"];
        foreach (var name in (string?[])["id", "meta", vector.Type.Relation, .. vector.Type.Derived])
        {
            if (name is not null)
                body.Remove(name);
        }

        return new WorldResource(vector.Type, (string)vector.Resource["id"]!, body, Microseconds(meta?["created"]), Microseconds(meta?["lastModified"]));
    }

    private static long Microseconds(JsonNode? time) =>
        time is null ? 0 : (XsdDateTime.Parse((string)time!)!.Value.UtcTicks - DateTime.UnixEpoch.Ticks) / 10;
}
