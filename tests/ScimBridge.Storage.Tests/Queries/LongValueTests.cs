using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>Values about as long as the index keeps them whole, and longer.</summary>
public sealed class LongValueTests
{
    private static readonly string[] Values =
    [
        .. new[] { 254, 255, 256, 257, 258, 400 }.SelectMany(n => new[] { new string('a', n), new string('a', n - 1) + "b", new string('a', n - 2) + "😀" }),
        new string('a', 256) + "#",
        new string('a', 256) + "z",
        new string('a', 255) + "\uD7FF",
        "b",
    ];

    private static readonly string[] Operators = ["eq", "ne", "sw", "gt", "ge", "lt", "le"];

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Comparisons_with_long_values_are_exact(DatabaseKind kind)
    {
        var user = SchemaCatalog.Default.User;
        var world = new World(
            SchemaCatalog.Default,
            [.. Values.Select((v, i) => new WorldResource(user, $"u{i:d2}", Write.Body(("displayName", v), ("emails", new JsonArray(Write.Body(("value", v), ("type", "work"))))), 0, 0))],
            []);
        await using var test = await TestDatabase.CreateAsync(kind);
        await world.PutAsync(test.Database);
        foreach (var path in (string[])["displayName", "emails.value"])
        {
            foreach (var comparison in Operators)
            {
                foreach (var value in Values)
                {
                    var filter = FilterParser.Parse($"{path} {comparison} \"{value}\"", user, ClientProfile.Strict);
                    var page = await test.Database.ReadAsync(s => ResourceQueries.PageAsync(s, world.Query(user, filter), Write.Never), Write.Never);
                    var expected = world.Resources.Where(r => FilterEvaluator.Matches(filter, r.Body)).Select(r => r.Id);
                    Assert.True(expected.SequenceEqual(page.Rows.Select(r => r.Id), StringComparer.Ordinal), $"{path} {comparison} of {value.Length} characters");
                }
            }
        }
    }
}
