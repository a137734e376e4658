using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Cli.Samples;

/// <summary>
/// Tells a sample to a bridge of its own, which has a database that is thrown away, the configuration, and no targets; lets time pass as the
/// sample says; and looks at what came of it. It is the bridge itself that decides, so that nothing can be right here and wrong there.
/// </summary>
internal sealed class SampleRun : IAsyncDisposable
{
    // Somebody who is decided about more often than this between two moments of a sample never comes to rest.
    private const int MostDecisions = 1_000;
    private readonly GoldenSample _sample;
    private readonly SampleClock _time = new();
    private readonly ServiceProvider _services;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scimbridge-sample-");
    private readonly List<SampleDifference> _differences = [];
    private string? _worker;

    private SampleRun(GoldenSample sample, BridgeConfiguration configuration)
    {
        _sample = sample;
        _worker = sample.Options.Worker;
        var storage = new StorageOptions { Path = Path.Combine(_folder.FullName, "sample.db"), Spool = Path.Combine(_folder.FullName, "spool") };
        _services = new ServiceCollection().AddLogging()
            .AddBridge(configuration.Apart(storage, sample.Options.Lifecycle))
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(_time))
            .AddSingleton<IAlarm, QuietAlarm>()
            .BuildServiceProvider();
    }

    private string Source => _sample.Source.Name;

    private Database Database => _services.GetRequiredService<Database>();

    /// <summary>Runs the sample; answers with every difference.</summary>
    public static async Task<IReadOnlyList<SampleDifference>> RunAsync(GoldenSample sample, BridgeConfiguration configuration, CancellationToken cancel)
    {
        await using var run = new SampleRun(sample, configuration);
        await run.Database.MigrateAsync(cancel);
        var moments = sample.Options.Records.Select((r, i) => (At: GoldenSample.InstantOf(r.At), Record: r, Expected: (SampleExpectation?)null, Index: i))
            .Concat(sample.Options.Expect.Select((e, i) => (At: GoldenSample.InstantOf(e.At), Record: (SampleRecord?)null, Expected: (SampleExpectation?)e, Index: i))!)
            // Of what is said and what is expected at one instant, it is said first.
            .OrderBy(m => m.At).ThenBy(m => m.Record is null).ThenBy(m => m.Index);
        foreach (var moment in moments)
        {
            await run.PassAsync(moment.At, cancel);
            if (moment.Record is { } record)
                await run.SayAsync(record, $"{sample.Path}.records[{moment.Index}]", moment.At, cancel);
            else
                await run.LookAsync(moment.Expected!, $"{sample.Path}.expect[{moment.Index}]", cancel);
        }

        return run._differences;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // What falls due on the way is decided when it falls due, as it is by a bridge that runs.
    private async Task PassAsync(Instant to, CancellationToken cancel)
    {
        for (var i = 0; await Database.ReadAsync(s => WorkerStore.NextAtAsync(s, Source, cancel), cancel) is { } due && Microseconds.ToInstant(due) <= to; i++)
        {
            if (i == MostDecisions)
                throw new CommandException($"{_sample.File}, {_sample.Path}: the worker never comes to rest.");
            _time.Put(Microseconds.ToInstant(due));
            await DrainAsync(DrainKind.DecideWorkers, cancel);
        }

        _time.Put(to);
    }

    private Task DrainAsync(DrainKind kind, CancellationToken cancel) =>
        _services.GetRequiredService<DrainRunner>().RunAsync(new DrainKey(kind, Source), cancel);

    private async Task SayAsync(SampleRecord record, string path, Instant now, CancellationToken cancel)
    {
        if (record.Row is { } row)
        {
            using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(row));
            var batch = await _services.GetRequiredService<Intake>().AddStreamAsync(Source, content, new Manifest("delta") { Format = "ndjson" }, cancel);
            await DrainAsync(DrainKind.ReadSource, cancel);
            var (read, faults) = await Database.ReadAsync(
                async s => ((await BatchStore.FindAsync(s, batch, cancel))!, await BatchStore.FaultsAsync(s, batch, 1, cancel)), cancel);
            var reason = read.Error ?? faults.FirstOrDefault()?.Reason;
            if (record.Refused != reason is not null)
                _differences.Add(new SampleDifference(path + ".refused", record.Refused ? "true" : "false", reason ?? "taken"));
            _worker ??= await Database.ReadAsync(
                async s => (await RecordStore.OfBatchAsync(s, batch, -1, 1, cancel)).Select(r => r.WorkerId).FirstOrDefault(), cancel);
        }
        else
        {
            await AcceptAsync(record, now, cancel);
        }

        await DrainAsync(DrainKind.DecideWorkers, cancel);
    }

    private Task AcceptAsync(SampleRecord record, Instant now, CancellationToken cancel)
    {
        var facts = WorkerFactsJson.Read(record.Facts!.ToJsonString());
        var id = facts.PersonId ?? facts.WorkerId;
        _worker ??= id;
        var said = new HrRecord(facts, Guid.NewGuid().ToString("n"), Row: 1)
        {
            EffectiveFrom = record.EffectiveFrom is { } day ? LocalDatePattern.Iso.Parse(day).GetValueOrThrow() : null,
        };
        return Database.WriteAsync(
            async s =>
            {
                var isKnown = (await WorkerStore.FindAsync(s, Source, [id], cancel)).TryGetValue(id, out var known);
                var number = isKnown ? known.Number : await WorkerStore.NextNumberAsync(s, Source, cancel);
                var assertion = Assertion.Of(said, 0, now, now, _sample.Path, _services.GetRequiredService<IDateTimeZoneProvider>());
                var accepted = new AcceptedRecord(
                    id, number, isKnown ? null : ResourceId.New(now), Row: 1, Seen: null, facts.ManagerId, facts.Department, facts.Country, assertion);
                await RecordStore.AcceptAsync(s, Source, [accepted], now.ToMicroseconds(), cancel);
            },
            cancel);
    }

    private async Task LookAsync(SampleExpectation expected, string path, CancellationToken cancel)
    {
        var (decision, user, groups) = await Database.ReadAsync(s => StateAsync(s, cancel), cancel);
        Compare("access", expected.Access, decision?.Access is { } access ? JsonNamingPolicy.CamelCase.ConvertName(access) : null);
        Compare("rule", expected.Rule, decision?.Rule);
        Compare("exists", expected.Exists, user is not null);
        Compare("nextChange", expected.NextChange, Text(decision?.NextAt));
        Compare("deleteAt", expected.DeleteAt, Text(decision?.DeleteAt));
        Compare("user", expected.User, user);
        Compare(
            "groups",
            expected.Groups is { } names ? List(names) : null,
            List(groups));

        void Compare(string name, JsonNode? wanted, JsonNode? got)
        {
            if (wanted is not null)
                _differences.AddRange(SampleDifference.Between($"{path}.{name}", wanted, got));
        }
    }

    private async Task<(LastDecision? Decision, JsonObject? User, IReadOnlyList<string> Groups)> StateAsync(Session session, CancellationToken cancel)
    {
        if (_worker is null)
            return (null, null, []);
        // Where the source tells persons from relationships, a row has the key of the relationship.
        var person = (await WorkerStore.PersonsAsync(session, Source, [_worker], cancel)).GetValueOrDefault(_worker, _worker);
        if (await WorkerStore.LastDecisionAsync(session, Source, person, cancel) is not { } decision)
            return (null, null, []);
        var user = (await ResourceStore.FindAsync(session, [decision.ResourceId], cancel)).GetValueOrDefault(decision.ResourceId);
        var memberships = await MembershipStore.OfMembersAsync(session, [decision.ResourceId], cancel);
        var groups = await ResourceStore.FindAsync(session, memberships.ConvertAll(m => m.GroupId), cancel);
        return (
            decision,
            user is null ? null : JsonNode.Parse(user.Body)!.AsObject(),
            [.. groups.Values.Select(g => JsonNode.Parse(g.Body)!["displayName"]!.GetValue<string>())]);
    }

    private static JsonArray List(IEnumerable<string> names) => new([.. names.Order(StringComparer.Ordinal).Select(n => (JsonNode)n)]);

    private static string Text(long? microseconds) =>
        microseconds is { } at ? InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(at)) : GoldenSample.Never;
}
