using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.BambooHr;

/// <summary>
/// Fetches employees page by page, with the fields that are mapped and no others; and of those who changed, a hundred at a time by their
/// ids. Who was deleted in BambooHR is not told as having left: an employee who leaves is terminated there, and stays.
/// The key is the user of basic authentication, with any password (<see href="https://documentation.bamboohr.com/docs/getting-started"/>).
/// </summary>
internal sealed class BambooHrPull(BambooHrSourceOptions options, TimeProvider clock) : IPull
{
    /// <summary>The most that a page has.</summary>
    private const int PageSize = 100;

    private const string Feed = "bamboohr";

    private readonly SourceClient _client = new(options, FixedCredential.Basic(options.ApiKey!.Read()!, "x"), clock);
    private readonly string _api = options.BaseUrl!.TrimEnd('/') + "/api/v1/employees";

    public async Task<PullResult> FetchAsync(Stream into, PullCursor? since, CancellationToken cancel)
    {
        var asOf = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var declaration = new Declaration(options);
        var spool = new Spool(declaration, into, Feed);
        var fields = string.Join(',', FieldsOf(declaration));
        var from = Since.Of(since);
        var proof = Completeness.Counted;
        if (from is null)
        {
            proof = await PagesAsync([], fields, asOf, spool, expected: null, cancel);
        }
        else
        {
            foreach (var ids in (await ChangedAsync(from.Value, cancel)).Chunk(PageSize))
                await PagesAsync(ids, fields, asOf, spool, ids.Length, cancel);
        }

        await spool.FlushAsync(cancel);
        return new PullResult
        {
            Mode = from is null ? PullMode.Full : PullMode.Delta,
            AsOf = asOf,
            Name = Feed,
            Rows = spool.Rows,
            Completeness = proof,
            Next = Since.Cursor(asOf),
        };
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The fields of the list that columns name, and those that the status is made of.</summary>
    private static IEnumerable<string> FieldsOf(Declaration declaration) => declaration.Columns
        .Where(column => column.Name != BambooHrSourceOptions.StatusColumn)
        .Select(column => RecordPath.Parse(column.Name)!.Steps[0].Name!)
        .Concat(["status", "hireDate", "terminationDate"])
        .Distinct(StringComparer.Ordinal);

    private async Task<Completeness> PagesAsync(
        string[] ids, string fields, Instant asOf, Spool spool, int? expected, CancellationToken cancel)
    {
        var watch = new PageWatch(Feed);
        var next = Addresses.With(
            _api, [("fields", fields), ("page[limit]", $"{PageSize}"), .. ids.Select(id => ("filter[ids][]", (string?)id))]);
        while (next is not null)
        {
            using var page = JsonPage.Of(await _client.GetAsync(next, cancel));
            var items = page.Items("data");
            watch.Page(items.Count, page.Number("meta", "total"));
            foreach (var item in items)
                await spool.AddAsync(JsonPage.BytesOf(item), cancel, (BambooHrSourceOptions.StatusColumn, StatusOf(item, asOf)));
            if (page.Text("_links", "next") is not { } link)
                break;
            watch.Next(link);
            next = Addresses.Next(next, link);
        }

        var proof = watch.End();
        return expected is null || watch.Items == expected
            ? proof
            : throw watch.Broken($"{expected} employees were asked for by their ids, and {watch.Items} came");
    }

    private async Task<List<string>> ChangedAsync(Instant from, CancellationToken cancel)
    {
        using var page = JsonPage.Of(await _client.GetAsync(Addresses.With($"{_api}/changed", ("since", Since.Iso(from))), cancel));
        if (page.At("employees") is not { } employees)
            throw new FeedException("GET /api/v1/employees/changed: the answer has no employees.");

        // An empty object is written as a list by the system's own encoder.
        return employees.ValueKind == JsonValueKind.Array
            ? []
            : [.. employees.EnumerateObject().Where(e => JsonPage.TextAt(e.Value, "action") != "Deleted").Select(e => e.Name)];
    }

    private static string? StatusOf(JsonElement item, Instant asOf)
    {
        var status = JsonPage.TextAt(item, "status");
        if (status != "Inactive")
            return status;
        if (DateOf(item, "terminationDate") is not null)
            return "Terminated";

        // The first day somewhere may be a day ahead of UTC: who starts today or later has not left.
        return DateOf(item, "hireDate") is { } hired && hired >= asOf.InUtc().Date ? "Future hire" : status;
    }

    private static LocalDate? DateOf(JsonElement item, string name) =>
        JsonPage.TextAt(item, name) is { } text && LocalDatePattern.Iso.Parse(text) is { Success: true } date ? date.Value : null;
}
