using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Sources;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Safety;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Says what would happen: for a new configuration, a batch, or a date. Nothing is written but the plan itself, which expires.
/// </summary>
public sealed class WhatIf
{
    /// <summary>How long a plan is kept.</summary>
    public static readonly Duration Kept = Duration.FromHours(24);

    /// <summary>The most items that are kept of one plan. What is beyond is counted, and such a plan cannot be executed.</summary>
    public const int ItemsKept = 1_000_000;

    /// <summary>The most plans that are kept; the oldest makes room for a new one.</summary>
    public const int PlansKept = 20;

    private const int FailuresShown = 100;
    private readonly BridgeConfiguration _configuration;
    private readonly Database _database;
    private readonly Assessment _assessment;
    private readonly Counted<long> _people;
    private readonly IDateTimeZoneProvider _zones;
    private readonly IClock _clock;
    private readonly TimeProvider _time;

    /// <summary>Creates it.</summary>
    public WhatIf(
        BridgeConfiguration configuration, Database database, Assessment assessment, Counted<long> people, IDateTimeZoneProvider zones, IClock clock,
        TimeProvider time)
    {
        _people = people;
        _configuration = configuration;
        _database = database;
        _assessment = assessment;
        _zones = zones;
        _clock = clock;
        _time = time;
    }

    /// <summary>Makes a plan and keeps it.</summary>
    /// <param name="request">What is in question.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="FeedException">The batch as a whole is faulty: nothing of it would be read.</exception>
    public async Task<StoredPlan> MakeAsync(PlanRequest request, string by, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var configuration = request.Configuration ?? _configuration;
        var plan = new StoredPlan(
            ResourceId.New(now), KindOf(request), "making", now.ToMicroseconds(), by, (now + Kept).ToMicroseconds(), configuration.Fingerprint.All)
        {
            At = request.At?.ToMicroseconds(),
            Source = request.Batch?.Source,
            Manifest = request.Batch is { } file ? Write(file) : request.Rollback?.Write().ToJsonString(),
            Compared = request.Configuration is null ? [] : configuration.Fingerprint.TargetsUnlike(_configuration.Fingerprint),
        };
        // What is wrong with a batch is found before anything is kept.
        var input = await InputAsync(plan, configuration, request.Batch, request.At ?? now, now, cancel);
        await _database.WriteAsync(
            async s =>
            {
                await PlanStore.ExpireAsync(s, now.ToMicroseconds(), PlansKept - 1, cancel);
                await PlanStore.AddAsync(s, plan, cancel);
            },
            cancel);

        try
        {
            return await MakeAsync(plan, input, configuration, request, now, cancel);
        }
        catch
        {
            await _database.WriteAsync(s => PlanStore.ForgetAsync(s, plan.Id, CancellationToken.None), CancellationToken.None);
            throw;
        }
    }

    /// <summary>What a run of the plan goes by.</summary>
    internal async Task<PlanInput> InputAsync(
        StoredPlan plan, BridgeConfiguration configuration, PlanFile? file, Instant at, Instant now, CancellationToken cancel) => new(
        configuration,
        at,
        plan.Kind == Configuration,
        plan.Compared,
        Rollback.Of(plan) is { } rollback ? await PlannedBatch.TakeBackAsync(rollback, _database, now, cancel)
            : file is null ? null
            : await PlannedBatch.ReadAsync(
                configuration.Sources.First(s => s.Name == file.Source), BatchOf(plan.Id, file, now), configuration,
                new PolicyBook(configuration, _database) { AsWanted = plan.Kind == Configuration }, _database, _assessment, _zones, now, cancel))
        {
            From = plan.Kind == Date && at > now ? now : null,
        };

    /// <summary>A run of a plan.</summary>
    internal PlanRun Run(PlanInput input, string correlation = "", string[]? marked = null) => new(input, _database, _zones, _time, correlation, marked);

    /// <summary>The kind of plan that is about another configuration.</summary>
    internal const string Configuration = "configuration";

    private const string Date = "date";

    /// <summary>What the sender of a plan's batch said, with the checksum of its bytes; null where the plan is about no batch.</summary>
    internal static Manifest? ManifestOf(StoredPlan plan)
    {
        if (plan.Manifest is null || plan.Kind == Rollback.Kind)
            return null;
        var said = JsonNode.Parse(plan.Manifest)!;
        return new Manifest((string)said["mode"]!)
        {
            Format = (string?)said["format"],
            AsOf = (long?)said["asOf"] is { } asOf ? Microseconds.ToInstant(asOf) : null,
            ExpectedRows = (long?)said["expectedRows"],
            Checksum = (string?)said["sha256"],
            Partial = (bool)said["partial"]!,
        };
    }

    private async Task<StoredPlan> MakeAsync(
        StoredPlan plan, PlanInput input, BridgeConfiguration configuration, PlanRequest request, Instant now, CancellationToken cancel)
    {
        var run = new PlanRun(input, _database, _zones, _time);
        var report = new PlanReport();
        var suspects = new List<(string Source, Suspect Suspect)>();
        await foreach (var chunk in run.RunAsync(cancel))
        {
            var first = report.Items;
            foreach (var item in chunk.Items)
                report.Add(item);
            suspects.AddRange(chunk.Suspects.Select(s => (chunk.Source!, s)));
            if (chunk.Items.Count > 0 && first < ItemsKept)
            {
                var kept = chunk.Items.Take((int)Math.Min(chunk.Items.Count, ItemsKept - first));
                await _database.WriteAsync(s => PlanStore.AddItemsAsync(s, plan.Id, first, kept, cancel), cancel);
            }
        }

        var reasons = input.Batch is null ? await JudgeAsync(configuration, suspects, now, cancel) : [];
        var needsApproval = reasons.Count > 0 || input.Batch is { IsHeld: true };
        var summary = await SummaryAsync(configuration, report, run, reasons, needsApproval, input.Batch, request, cancel);
        var data = new JsonObject { ["kind"] = plan.Kind, ["items"] = report.Items, ["needsApproval"] = needsApproval };
        await _database.WriteAsync(
            async s =>
            {
                await PlanStore.FinishAsync(s, plan.Id, Math.Min(report.Items, ItemsKept), needsApproval, summary.ToJsonString(), cancel);
                await JournalStore.AppendAsync(s, [new("plan.made", plan.Id, plan.CreatedBy, plan.Id, data.ToJsonString())], now.ToMicroseconds(), cancel);
            },
            cancel);
        return (await _database.ReadAsync(s => PlanStore.FindAsync(s, plan.Id, cancel), cancel))!;
    }

    private static string Write(PlanFile file) => new JsonObject
    {
        ["mode"] = file.Manifest.Mode,
        ["format"] = file.Manifest.Format,
        ["asOf"] = file.Manifest.AsOf?.ToMicroseconds(),
        ["expectedRows"] = file.Manifest.ExpectedRows,
        ["sha256"] = file.Checksum,
        ["partial"] = file.Manifest.Partial,
    }.ToJsonString();

    private static string KindOf(PlanRequest request) => request switch
    {
        { Configuration: not null } => Configuration,
        { Batch: not null } => "batch",
        { Rollback: not null } => Rollback.Kind,
        { At: not null } => Date,
        _ => "now",
    };

    private static Batch BatchOf(string id, PlanFile file, Instant now) =>
        new(id, file.Source, file.Path, file.Name, file.Manifest.Mode, Spooled: false, "reading", Error: null, default)
        {
            AsOf = file.Manifest.AsOf?.ToMicroseconds(),
            ExpectedRows = file.Manifest.ExpectedRows,
            Checksum = file.Checksum,
            Format = file.Manifest.Format,
            Partial = file.Manifest.Partial,
            DryRun = true,
            CreatedAt = now.ToMicroseconds(),
        };

    // The breaker of a source judges batches; by the same limits, a plan that does more than an ordinary day needs somebody's approval.
    // What passed before it does not count: nobody executes plans day by day.
    private async Task<JsonArray> JudgeAsync(
        BridgeConfiguration configuration, List<(string Source, Suspect Suspect)> suspects, Instant now, CancellationToken cancel)
    {
        var reasons = new JsonArray();
        foreach (var group in suspects.GroupBy(s => s.Source, s => s.Suspect, StringComparer.Ordinal))
        {
            var settings = configuration.Sources.First(s => s.Name == group.Key).Settings.Safety;
            if (!settings.Enabled)
                continue;
            var limits = settings.Limits() with { Windows = [] };
            var some = group.ToList();
            var population = await _database.ReadAsync(
                s => Population.LoadAsync(s, group.Key, some, limits, now.ToUnixTimeSeconds() / 86_400, _people, () => Task.FromResult(0L), cancel), cancel);
            foreach (var reason in Assessment.Reasons(Breaker.Judge(some, limits, population), stale: false))
            {
                var named = reason!.DeepClone().AsObject();
                named["source"] = group.Key;
                reasons.Add((JsonNode)named);
            }
        }

        return reasons;
    }

    private async Task<JsonObject> SummaryAsync(
        BridgeConfiguration configuration,
        PlanReport report,
        PlanRun run,
        JsonArray reasons,
        bool needsApproval,
        PlannedBatch? batch,
        PlanRequest request,
        CancellationToken cancel)
    {
        var waiting = new JsonObject();
        foreach (var target in configuration.Targets)
            waiting[target.Name] = (await _database.ReadAsync(s => DueStore.CountAsync(s, target.Name, cancel), cancel)).Waiting;
        var gone = request.Configuration?.Fingerprint.TargetsGone(_configuration.Fingerprint) ?? [];
        return new JsonObject
        {
            ["items"] = report.Items,
            ["workers"] = report.Workers,
            ["complete"] = report.Items <= ItemsKept,
            ["counts"] = new JsonArray([.. report.Counts.Select(c => (JsonNode)new JsonObject
            {
                ["target"] = c.Target, ["operation"] = c.Operation.Word(), ["rule"] = c.Rule, ["count"] = c.Count,
            })]),
            ["departments"] = new JsonArray([.. report.Departments.Select(d => (JsonNode)new JsonObject
            {
                ["department"] = d.Department, ["operation"] = d.Operation.Word(), ["count"] = d.Count,
            })]),
            ["verdict"] = new JsonObject { ["needsApproval"] = needsApproval, ["reasons"] = reasons },
            ["batch"] = batch?.Report,
            ["undecidable"] = new JsonArray([.. run.Failed.Take(FailuresShown).Select(f => (JsonNode)$"{f.Source}/{f.WorkerId}")]),
            ["waiting"] = waiting,
            ["targetsGone"] = new JsonArray([.. gone.Select(g => (JsonNode)g)]),
        };
    }
}
