using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>The index entries of a resource, for the attributes that its type names as indexed.</summary>
public static class IndexEntries
{
    public static IReadOnlyList<IndexEntry> Of(JsonObject body, ResourceType type)
    {
        var entries = new List<IndexEntry>();
        foreach (var path in type.Indexed)
        {
            var unique = path.Leaf.Uniqueness != Uniqueness.None;
            foreach (var value in PathValues.Of(body, path).Select(v => v.IndexText).Distinct(StringComparer.Ordinal))
            {
                entries.Add(new IndexEntry(path, value, unique));
            }
        }

        return entries;
    }
}
