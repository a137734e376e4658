using System.Buffers;
using System.Text.Json;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage;
using ScimBridge.Storage.Queries;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Answers queries of resources (RFC 7644, 3.4.2 and 3.4.3; RFC 9865): filtered, sorted and paged by the database.</summary>
internal sealed class ScimReader(Database database, SchemaCatalog catalog, AgentView agents, Representations representations, CursorSeal seal)
{
    /// <summary>The size of a page where the client asks for none.</summary>
    public const int DefaultPageSize = 100;

    /// <summary>The most resources on a page.</summary>
    public const int MaxPageSize = 1_000;

    // What of a message is no resource, with a cursor.
    private const int ListOverhead = 1_024;

    /// <summary>The resource, and what is made of it within the same session.</summary>
    /// <exception cref="ScimException">404.</exception>
    public Task<T> FindAsync<T>(ResourceType type, string id, Func<Session, ResourceRow, Task<T>> show, CancellationToken cancel)
    {
        if (!ResourceIds.IsOne(id))
            throw ResourceIds.NotFound(type);
        var isAgent = agents.IsOne(type);
        return database.ReadAsync(
            async s =>
            {
                var row = await ResourceStore.FindAsync(s, isAgent ? agents.Account.Name : type.Name, id, cancel);
                if (row is null || (isAgent && !AgentView.Has(row)))
                    throw ResourceIds.NotFound(type);
                return await show(s, isAgent ? agents.Show(row) : row);
            },
            cancel);
    }

    /// <summary>A page of the resources of the types; of all types where there are several (RFC 7644, 3.4.2.1).</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="types">What is asked for.</param>
    /// <param name="search">How it is asked for.</param>
    /// <param name="inUrl">Whether the filter stood in a URL.</param>
    /// <param name="baseUrl">What locations begin with.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The message as text.</returns>
    public async Task<ReadOnlyMemory<byte>> ListAsync(
        Caller caller, IReadOnlyList<ResourceType> types, SearchRequest search, bool inUrl, string baseUrl, CancellationToken cancel)
    {
        var projections = types.ToDictionary(t => t, t => Projection.Of(t, search.Attributes, search.ExcludedAttributes, caller.Profile));
        var count = Math.Min(search.Count ?? DefaultPageSize, MaxPageSize);
        var binding = new CursorBinding(caller.Name, types, search);
        var cursor = string.IsNullOrEmpty(search.Cursor) ? null : await seal.OpenAsync(search.Cursor, binding, count, cancel);
        var query = new ResourceQuery
        {
            Catalog = catalog,
            BaseUrl = baseUrl,
            Selections = Selections(caller, types, search, inUrl),
            Descending = search.Descending,
            StartIndex = search.StartIndex ?? 1,
            After = cursor?.After,
            Count = count,
            // Of a listing by cursor the total is that of its beginning: to count again for each page would cost more than the page.
            NeedsTotal = cursor is null,
        };
        return await database.ReadAsync(
            async s =>
            {
                var page = await ResourceQueries.PageAsync(s, query, cancel);
                var total = cursor?.Total ?? page.Total!.Value;
                var next = search.Cursor is not null && page.Next is { } position
                    ? await seal.CloseAsync(new Cursor(position, total, count), binding, cancel)
                    : null;
                var rows = types is [var only] && agents.IsOne(only) ? [.. page.Rows.Select(agents.Show)] : page.Rows;
                var resources = await representations.OfAsync(s, rows, t => projections[t], baseUrl, cancel);
                return Write(total, search.Cursor is null ? query.StartIndex : null, next, resources);
            },
            cancel);
    }

    private static ReadOnlyMemory<byte> Write(long total, long? startIndex, string? nextCursor, IReadOnlyList<ReadOnlyMemory<byte>> resources)
    {
        var output = new ArrayBufferWriter<byte>(ListOverhead + resources.Sum(r => r.Length + 1));
        using (var writer = new Utf8JsonWriter(output, ScimJson.WriterOptions))
        {
            ListResponse.WriteStart(writer, total, startIndex, resources.Count, nextCursor);
            foreach (var resource in resources)
                writer.WriteRawValue(resource.Span, skipInputValidation: true);
            ListResponse.WriteEnd(writer);
        }

        return output.WrittenMemory;
    }

    private List<ResourceSelection> Selections(
        Caller caller, IReadOnlyList<ResourceType> types, SearchRequest search, bool inUrl)
    {
        if (types is [var only])
        {
            var filter = search.Filter is { } text ? FilterParser.Parse(text, only, caller.Profile, inUrl: inUrl) : null;
            var selection = new ResourceSelection(only, filter, search.SortBy is { } by ? SortKey.Parse(by, only, caller.Profile) : null);
            return [agents.IsOne(only) ? agents.ToAccounts(selection) : selection];
        }

        var filters = search.Filter is null ? null : FilterParser.ParseForEach(search.Filter, types, caller.Profile, inUrl: inUrl);
        var sortBy = types.ToDictionary(t => t, t => SortBy(search.SortBy, t, caller));
        if (search.SortBy is not null && sortBy.Values.All(p => p is null))
            throw ScimError.InvalidValue("No resource can be sorted by that attribute.").AsException();
        return [.. types.Select(t => new ResourceSelection(t, filters?[t], sortBy[t]))];
    }

    // Of several types one may have the attribute and another not.
    private static AttributePath? SortBy(string? text, ResourceType type, Caller caller)
    {
        try
        {
            return text is null ? null : SortKey.Parse(text, type, caller.Profile);
        }
        catch (ScimException)
        {
            return null;
        }
    }
}
