using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Server.Api;

/// <summary>Where a listing by cursor goes on (RFC 9865).</summary>
/// <param name="After">The place after the last resource that was shown.</param>
/// <param name="Total">The number of all matches when the listing began.</param>
/// <param name="Count">The size of the pages.</param>
internal sealed record Cursor(PagePosition After, long Total, int Count);

/// <summary>What a cursor belongs to (RFC 9865, 2 and 5): the client, and every parameter that must stay the same from page to page.</summary>
internal sealed record CursorBinding(string Client, IReadOnlyList<ResourceType> Types, SearchRequest Search)
{
    /// <summary>The binding as one text; two bindings share it exactly when they are the same.</summary>
    public override string ToString() => System.Text.Json.JsonSerializer.Serialize<string?[][]>(
    [
        [Client, Search.Filter, Search.SortBy, Search.Descending ? "descending" : "ascending"],
        [.. Types.Select(t => t.Name)],
        [.. Search.Attributes],
        [.. Search.ExcludedAttributes],
    ]);
}
