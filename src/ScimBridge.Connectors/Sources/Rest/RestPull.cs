using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using NodaTime;
using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Rest;

/// <summary>Fetches the pages of a list that the configuration describes.</summary>
internal sealed partial class RestPull(RestSourceOptions options, TimeProvider clock) : IPull
{
    private readonly SourceClient _client = new(options, options.Auth!.Credential(), clock);
    private readonly RestPaging _paging = options.Paging;
    private readonly string _feed = new Uri(options.Url!).Host;

    public async Task<PullResult> FetchAsync(Stream into, PullCursor? since, CancellationToken cancel)
    {
        var asOf = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var from = options.Since is null ? null : Since.Of(since);
        var spool = new Spool(new Declaration(options), into, _feed);
        var watch = new PageWatch(_feed);
        var next = First(from);
        for (var pages = 1; next is not null; pages++)
        {
            var address = next;
            var answer = await _client.SendAsync(() => RequestOf(address), cancel);
            using var page = JsonPage.Of(answer);
            var items = page.Items(options.ListPath);
            var total = options.Total is null ? null : page.Number(DeclarationOptions.ListPathOf(options.Total));
            watch.Page(items.Count, total);
            foreach (var item in items)
                await spool.AddAsync(JsonPage.BytesOf(item), cancel);
            next = NextOf(address, answer, page, items.Count, pages, spool.Rows, total, from, watch);
        }

        await spool.FlushAsync(cancel);
        var proof = watch.End();
        return new PullResult
        {
            Mode = from is null ? PullMode.Full : PullMode.Delta,
            AsOf = asOf,
            Name = _feed,
            Rows = spool.Rows,
            Completeness = proof == Completeness.LastPage && _paging.Kind == RestPagingKind.None ? Completeness.SoundToTheEnd : proof,
            Next = options.Since is null ? null : Since.Cursor(asOf),
        };
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage RequestOf(Uri address)
    {
        var request = new HttpRequestMessage(new HttpMethod(options.Method), address);
        if (options.Method == "POST")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(options.Body ?? "{}"))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        }

        return request;
    }

    private Uri First(Instant? from) => PageAt(from, _paging.Kind switch
    {
        RestPagingKind.Page => _paging.First.ToString(CultureInfo.InvariantCulture),
        RestPagingKind.Offset => "0",
        _ => null,
    });

    private Uri PageAt(Instant? from, string? place) => Addresses.With(
        options.Url!,
        (options.Since?.Parameter ?? "", from is { } instant ? options.Since!.Write(instant) : null),
        (_paging.SizeParameter ?? "", _paging.SizeParameter is null ? null : _paging.Size.ToString(CultureInfo.InvariantCulture)),
        (_paging.Parameter ?? "", place));

    private Uri? NextOf(
        Uri address, HttpAnswer answer, JsonPage page, int items, int pages, long rows, long? total, Instant? from, PageWatch watch)
    {
        switch (_paging.Kind)
        {
            case RestPagingKind.Page:
                if (total is not null && items < _paging.Size && rows < total)
                    throw watch.Broken($"page {pages} has {items} items instead of {_paging.Size}");
                return items < _paging.Size || rows == total
                    ? null
                    : PageAt(from, (_paging.First + pages).ToString(CultureInfo.InvariantCulture));
            case RestPagingKind.Offset:
                return items == 0 || rows == total || (total is null && items < _paging.Size)
                    ? null
                    : PageAt(from, rows.ToString(CultureInfo.InvariantCulture));
            case RestPagingKind.Cursor:
                return page.Text(DeclarationOptions.ListPathOf(_paging.Next)) is { } cursor ? Watched(cursor, PageAt(from, cursor)) : null;
            case RestPagingKind.NextUrl:
                return page.Text(DeclarationOptions.ListPathOf(_paging.Next)) is { } url ? Watched(url, Addresses.Next(address, url)) : null;
            case RestPagingKind.Link:
                var link = answer.Links.SelectMany(header => NextLink().Matches(header)).FirstOrDefault();
                return link is null ? null : Watched(link.Groups["url"].Value, Addresses.Next(address, link.Groups["url"].Value));
            default:
                return null;
        }

        Uri Watched(string cursor, Uri next)
        {
            watch.Next(cursor);
            return next;
        }
    }

    [GeneratedRegex("""<(?<url>[^>]*)>(?=[^<]*;\s*rel="?(?:[^"<,]* )?next\b)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NextLink();
}
