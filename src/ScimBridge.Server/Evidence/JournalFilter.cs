using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Evidence;

/// <summary>Filters over the journal, in the filter language of SCIM.</summary>
internal static class JournalFilter
{
    private static readonly ResourceType Entry = SchemaCatalog.Load([EmbeddedText.Of("journal-entry.json")], [EmbeddedText.Of("journal-entry-resource-type.json")])
        .FindResourceType("JournalEntry")!;

    /// <summary>Reads a filter over <c>seq</c>, <c>at</c>, <c>kind</c>, <c>subject</c>, <c>actor</c> and <c>correlation</c>.</summary>
    /// <exception cref="ScimException">invalidFilter.</exception>
    public static Filter Parse(string text)
    {
        var filter = FilterParser.Parse(text, Entry, ClientProfile.Strict);
        return filter.Paths().FirstOrDefault(p => Entry.Schema.Find(p.Attribute.Name) is null) is { } other
            ? throw ScimError.InvalidFilter($"An entry of the journal has no {other}.").AsException()
            : filter;
    }
}
