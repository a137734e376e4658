using System.Text.Json;
using NodaTime;
using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Personio;

/// <summary>
/// Fetches all persons, fifty on a page, and the employments of each. Everybody at every fetch: a change of an employment is not said to
/// show at the person, so that asking for changed persons could miss a leaver.
/// </summary>
internal sealed class PersonioPull(PersonioSourceOptions options, TimeProvider clock) : IPull
{
    /// <summary>The most that a page has.</summary>
    private const string PageSize = "50";

    private const string Feed = "personio";

    private readonly string _base = options.BaseUrl.TrimEnd('/');
    private readonly SourceClient _client = new(
        options,
        new OAuthCredential(
            new Uri(options.BaseUrl.TrimEnd('/') + "/v2/auth/token"),
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = options.ClientId!,
                ["client_secret"] = options.ClientSecret!.Read()!,
            }),
        clock);

    public async Task<PullResult> FetchAsync(Stream into, PullCursor? since, CancellationToken cancel)
    {
        var asOf = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var spool = new Spool(new Declaration(options), into, Feed);
        await PagesAsync("/v2/persons", async person => await spool.AddAsync(await RecordOfAsync(person, cancel), cancel), cancel);
        await spool.FlushAsync(cancel);
        return new PullResult { Mode = PullMode.Full, AsOf = asOf, Name = Feed, Rows = spool.Rows, Completeness = Completeness.LastPage };
    }

    public void Dispose() => _client.Dispose();

    private async Task PagesAsync(string path, Func<JsonElement, Task> take, CancellationToken cancel)
    {
        var watch = new PageWatch(Feed);
        var next = Addresses.With(_base + path, ("limit", PageSize));
        while (next is not null)
        {
            using var page = JsonPage.Of(await _client.GetAsync(next, cancel));
            var items = page.Items("_data");
            watch.Page(items.Count, total: null);
            foreach (var item in items)
                await take(item);
            if (page.Text("_meta", "links", "next", "href") is not { } link)
                break;
            watch.Next(link);
            next = Addresses.Next(next, link);
        }
    }

    private async Task<ReadOnlyMemory<byte>> RecordOfAsync(JsonElement person, CancellationToken cancel)
    {
        if (JsonPage.TextAt(person, "id") is not { } id)
            throw new FeedException("GET /v2/persons: a person has no id.");
        var employments = new List<byte[]>();
        await PagesAsync(
            $"/v2/persons/{Uri.EscapeDataString(id)}/employments",
            employment =>
            {
                employments.Add(JsonPage.BytesOf(employment).ToArray());
                return Task.CompletedTask;
            },
            cancel);

        using var record = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(record))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("person");
            person.WriteTo(writer);
            if (employments.OrderByDescending(RankOf).FirstOrDefault() is { } employment)
            {
                writer.WritePropertyName("employment");
                writer.WriteRawValue(employment);
            }

            writer.WriteEndObject();
        }

        return record.ToArray();
    }

    /// <summary>Of several employments one that is not over counts before one that is, and a later one before an earlier.</summary>
    private static (bool IsOpen, string Start) RankOf(byte[] employment)
    {
        using var json = JsonDocument.Parse(employment);
        return (JsonPage.TextAt(json.RootElement, "status") != "INACTIVE", JsonPage.TextAt(json.RootElement, "employment_start_date") ?? "");
    }
}
