using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Sources.Json;
using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Workday;

/// <summary>
/// Fetches a report. It has no pages and may be of up to 2 GB, so it is taken in as it comes; that it is JSON to its last byte is all
/// that shows that it is whole.
/// </summary>
internal sealed class WorkdayPull(WorkdaySourceOptions options, TimeProvider clock) : IPull
{
    private const string Feed = "workday";

    /// <summary>Integration system users live in Pacific Time, whatever the tenant does.</summary>
    private static readonly DateTimeZone Pacific = DateTimeZoneProviders.Tzdb["America/Los_Angeles"];

    /// <summary>As Workday itself writes a day: <c>2026-03-01-08:00</c>.</summary>
    private static readonly OffsetDatePattern Day = OffsetDatePattern.CreateWithInvariantCulture("uuuu-MM-ddo<+HH:mm>");

    private readonly SourceClient _client = new(options, options.Auth!.Credential(), clock);

    public async Task<PullResult> FetchAsync(Stream into, PullCursor? since, CancellationToken cancel)
    {
        var asOf = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var from = options.SincePrompt is null ? null : Since.Of(since);
        var spool = new Spool(new Declaration(options), into, Feed);
        await _client.StreamAsync(() => RequestOf(asOf, from), (body, limit) => ReadAsync(body, spool, limit), cancel);
        await spool.FlushAsync(cancel);
        return new PullResult
        {
            Mode = from is null ? PullMode.Full : PullMode.Delta,
            AsOf = asOf,
            Name = Feed,
            Rows = spool.Rows,
            Completeness = Completeness.SoundToTheEnd,
            Next = options.SincePrompt is null ? null : Since.Cursor(asOf),
        };
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage RequestOf(Instant asOf, Instant? from) => new(HttpMethod.Get, Addresses.With(
        options.Url!,
        ("format", "json"),
        (options.EffectivePrompt ?? "", options.EffectivePrompt is null ? null : DayOf(asOf + Duration.FromHours(options.LookAheadHours))),
        (options.SincePrompt ?? "", from is { } instant ? OffsetDateTimePattern.Rfc3339.Format(instant.InZone(Pacific).ToOffsetDateTime()) : null)));

    private static string DayOf(Instant instant) => Day.Format(instant.InZone(Pacific).ToOffsetDateTime().ToOffsetDate());

    private async Task ReadAsync(Stream body, Spool spool, CancellationToken cancel)
    {
        var entries = new JsonItems(body, options.ListPath, Feed);
        while (await entries.NextAsync(cancel))
        {
            using var entry = JsonDocument.Parse(entries.Item);
            await spool.AddAsync(entries.Item, cancel, (WorkdaySourceOptions.StatusColumn, options.StatusFields.Of(entry.RootElement)));
        }
    }
}
