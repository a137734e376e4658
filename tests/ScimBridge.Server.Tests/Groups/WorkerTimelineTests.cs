using ScimBridge.Fixtures;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Plans;
using ScimBridge.Storage.Stores;
using static ScimBridge.Server.Tests.TestBridge;

namespace ScimBridge.Server.Tests.Groups;

/// <summary>The history of a worker from the record to what the target acknowledged.</summary>
public sealed class WorkerTimelineTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task History_runs_from_the_record_to_the_proof_of_the_target(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Ann", "Archer"), Row("2", "Bo", "Berg"));
        bridge.Time.Advance(TimeSpan.FromHours(1));
        await bridge.ImportAsync(Row("1", "Ann", "Archer", status: "T", lastDay: "2026-03-01"), Row("2", "Bo", "Berg"));

        var subject = await SubjectAsync(bridge, "1");
        var history = await HistoryAsync(bridge, subject);

        Assert.Equal(
            [
                "record", "worker.hired", "user.created", "worker.decided", "account.created", "account.joined",
                "record", "worker.terminationEffective", "user.updated", "worker.decided", "revocation.opened",
            ],
            history.Take(11).Select(Name));
        // Two calls that are under way at once end in any order.
        Assert.Equal(["account.disabled", "account.left"], history.Skip(11).Select(Name).Order(StringComparer.Ordinal));
        Assert.Equal("target:corp", history[4].Actor);
        // One correlation runs through all of it.
        Assert.Single(history.Take(6).Select(e => e.Correlation).Distinct(StringComparer.Ordinal));
        Assert.Single(history.Skip(6).Select(e => e.Correlation).Distinct(StringComparer.Ordinal));
        Assert.Contains("\"rule\":\"leaver\"", history[9].Data, StringComparison.Ordinal);
        Assert.Contains("\"plan\":{\"operation\":\"disable\"", history.Single(e => Name(e) == "account.disabled").Data, StringComparison.Ordinal);
        var account = Assert.Single(await bridge.Database.ReadAsync(
            s => WorkerTimelineStore.AccountsAsync(s, subject.ResourceId, ["corp"], CancellationToken.None), CancellationToken.None));
        Assert.Equal(("corp", false), (account.Target, account.Active));
        // Whoever decides again and changes nothing has decided nothing.
        await bridge.ImportAsync(Row("2", "Bo", "Berg", title: "Lawyer"));
        Assert.Equal(history.Count, (await HistoryAsync(bridge, subject)).Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_is_rolled_back_and_what_waits_are_part_of_it(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Error, Status = 503, Always = true });
        var batch = await bridge.ImportAsync(Row("1", "Ann", "Archer"));
        var subject = await SubjectAsync(bridge, "1");
        var due = Assert.Single(await bridge.Database.ReadAsync(
            s => WorkerTimelineStore.DueAsync(s, subject.ResourceId, ["corp"], CancellationToken.None), CancellationToken.None));
        Assert.Equal(("corp", 1, false), (due.Target, due.Attempts, due.IsDead));

        bridge.Time.Advance(TimeSpan.FromMinutes(1));
        await bridge.RollBackAsync(batch, "client:chief");
        await bridge.SettleAsync();

        var history = await HistoryAsync(bridge, subject);
        Assert.Equal(["record", "worker.hired", "user.created", "worker.decided", "account.failed", "record.retracted"], history.Take(6).Select(Name));
        Assert.Contains("\"status\":503", history[4].Data, StringComparison.Ordinal);
        Assert.Equal("worker.hireRescinded", Name(history[6]));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Plan_that_decided_is_part_of_it_from_when_it_did(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        var path = bridge.NewFile();
        await File.WriteAllLinesAsync(path, [Header, Row("1", "Ann", "Archer")]);
        await bridge.Get<Intake>().AddFileAsync("hr", path, new Manifest("full"), CancellationToken.None);
        await bridge.RunAsync(DrainKind.ReadSource, "hr");
        var plan = await bridge.Get<WhatIf>().MakeAsync(new PlanRequest(), "client:planner", CancellationToken.None);
        Assert.IsType<PlanOutcome.Executed>(await bridge.Get<PlanExecution>().ExecuteAsync(plan, file: null, "client:chief", CancellationToken.None));
        await bridge.SettleAsync();

        var subject = await SubjectAsync(bridge, "1");
        var history = await HistoryAsync(bridge, subject);
        Assert.Equal(
            ["record", "plan.made", "worker.hired", "user.created", "worker.decided", "plan.executed", "account.created", "account.joined"], history.Select(Name));
        Assert.Equal(("client:planner", "client:chief"), (history[1].Actor, history[5].Actor));
        Assert.All(history.Skip(3), e => Assert.Equal(plan.Id, e.Correlation));
        // Before it decided about the worker it was a plan about nobody.
        Assert.Equal(["record"], (await HistoryAsync(bridge, subject, history[2].At - 1)).Select(Name));
    }

    private static string Name(HistoryEntry entry) => entry.Part switch
    {
        0 => "record",
        1 => "record.retracted",
        4 => "revocation.opened",
        5 => "proof",
        _ => entry.Kind,
    };

    private static async Task<HistorySubject> SubjectAsync(TestBridge bridge, string worker) =>
        (await bridge.Database.ReadAsync(s => WorkerTimelineStore.FindAsync(s, "hr", worker, CancellationToken.None), CancellationToken.None))!;

    private static Task<List<HistoryEntry>> HistoryAsync(TestBridge bridge, HistorySubject subject, long until = long.MaxValue) => bridge.Database.ReadAsync(
        s => WorkerTimelineStore.AfterAsync(s, subject, (long.MinValue, 0, 0), until, 100, CancellationToken.None), CancellationToken.None);
}
