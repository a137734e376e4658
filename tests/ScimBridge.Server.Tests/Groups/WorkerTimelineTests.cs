using ScimBridge.Fixtures;
using ScimBridge.Sandbox.Faults;
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
                "record", "worker.hired", "user.created", "worker.decided", "account.created",
                "record", "worker.terminationEffective", "user.updated", "worker.decided", "account.disabled",
            ],
            history.Select(Name));
        Assert.Equal("target:corp", history[4].Actor);
        // One correlation runs through all of it.
        Assert.Single(history.Take(5).Select(e => e.Correlation).Distinct(StringComparer.Ordinal));
        Assert.Contains("\"rule\":\"leaver\"", history[8].Data, StringComparison.Ordinal);
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
        Assert.Equal(["record", "worker.hired", "user.created", "worker.decided", "record.retracted"], history.Take(5).Select(Name));
        Assert.Equal("worker.hireRescinded", Name(history[5]));
    }

    private static string Name(HistoryEntry entry) => entry.Part switch
    {
        0 => "record",
        1 => "record.retracted",
        _ => entry.Kind,
    };

    private static async Task<HistorySubject> SubjectAsync(TestBridge bridge, string worker) =>
        (await bridge.Database.ReadAsync(s => WorkerTimelineStore.FindAsync(s, "hr", worker, CancellationToken.None), CancellationToken.None))!;

    private static Task<List<HistoryEntry>> HistoryAsync(TestBridge bridge, HistorySubject subject) => bridge.Database.ReadAsync(
        s => WorkerTimelineStore.AfterAsync(s, subject, (long.MinValue, 0, 0), long.MaxValue, 100, CancellationToken.None), CancellationToken.None);
}
