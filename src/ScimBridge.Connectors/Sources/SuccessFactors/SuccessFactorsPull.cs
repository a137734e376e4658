using System.Globalization;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.SuccessFactors;

/// <summary>
/// Fetches the job information that holds now or will, with a snapshot to page through and the count of all pages. Without a range of
/// dates the service gives of each worker the one period of today, and hires and moves to come stay unseen
/// (<see href="https://userapps.support.sap.com/sap/support/knowledge/en/2638422"/>); without a snapshot a change while the pages are read
/// moves records across their edges (<see href="https://userapps.support.sap.com/sap/support/knowledge/en/3308165"/>).
/// </summary>
internal sealed class SuccessFactorsPull(SuccessFactorsSourceOptions options, TimeProvider clock) : IPull
{
    private const string Feed = "successfactors";

    private readonly SourceClient _client = new(
        options,
        options.User is null ? FixedCredential.Bearer(options.Secret!.Read()!) : FixedCredential.Basic(options.User, options.Secret!.Read()!),
        clock);

    public async Task<PullResult> FetchAsync(Stream into, PullCursor? since, CancellationToken cancel)
    {
        var asOf = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var from = Since.Of(since);
        var declaration = new Declaration(options);
        var spool = new Spool(declaration, into, Feed);
        var watch = new PageWatch(Feed);
        var next = First(declaration, asOf, from);
        while (next is not null)
        {
            using var page = JsonPage.Of(await _client.GetAsync(next, cancel));
            var items = page.Items("d", "results");
            watch.Page(items.Count, page.Number("d", "__count"));
            foreach (var item in items)
                await spool.AddAsync(JsonPage.BytesOf(item), cancel, (SuccessFactorsSourceOptions.SequenceColumn, SequenceOf(item)));
            if (page.Text("d", "__next") is not { } link)
                break;
            watch.Next(link);
            next = Addresses.Next(next, link);
        }

        await spool.FlushAsync(cancel);
        return new PullResult
        {
            Mode = from is null ? PullMode.Full : PullMode.Delta,
            AsOf = asOf,
            Name = Feed,
            Rows = spool.Rows,
            Completeness = watch.End(),
            Next = Since.Cursor(asOf),
        };
    }

    public void Dispose() => _client.Dispose();

    private Uri First(Declaration declaration, Instant asOf, Instant? from)
    {
        var expand = ODataQuery.Expand(declaration);

        // It is still yesterday somewhere.
        var today = LocalDatePattern.Iso.Format(asOf.InUtc().Date.PlusDays(-1));
        return Addresses.With(
            options.BaseUrl!.TrimEnd('/') + "/EmpJob",
            ("$format", "json"),
            ("$select", ODataQuery.Select(declaration, "seqNumber", "lastModifiedDateTime")),
            ("$expand", expand.Length == 0 ? null : expand),
            ("$orderby", "userId,startDate,seqNumber"),
            ("$inlinecount", "allpages"),
            ("$filter", from is { } instant ? ChangedSince(instant, expand) : null),
            ("fromDate", today),
            ("toDate", "9999-12-31"),
            ("paging", "snapshot"),
            ("customPageSize", options.PageSize.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>A termination changes the employment and a name the user, whether or not the job was touched.</summary>
    private static string ChangedSince(Instant from, string expand) => string.Join(
        " or ",
        new[] { "", "employmentNav/", "userNav/" }
            .Where(way => way.Length == 0 || expand.Split(',').Contains(way.TrimEnd('/'), StringComparer.Ordinal))
            .Select(way => $"{way}lastModifiedDateTime ge datetimeoffset'{Since.Iso(from)}'"));

    /// <summary>The number of the change on its day, then the instant in microseconds, which has sixteen digits until the year 2286.</summary>
    private static string? SequenceOf(JsonElement item)
    {
        var modified = JsonPage.TextAt(item, "lastModifiedDateTime") is { } text && DateFormats.TryReadSequence(text, out var instant) ? instant : 0;
        return long.TryParse(JsonPage.TextAt(item, "seqNumber") ?? "1", NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 900
            ? ((number * 10_000_000_000_000_000) + modified).ToString(CultureInfo.InvariantCulture)
            : null;
    }
}
