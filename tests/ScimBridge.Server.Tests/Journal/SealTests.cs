using System.Data.Common;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Lifecycle;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Journal;

public sealed class SealTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Entries_that_come_to_light_out_of_order_all_get_a_place(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        const int writers = 8, each = 25;
        var node = bridge.Storage.OpenNode();
        using var done = new CancellationTokenSource();

        var writing = Enumerable.Range(0, writers).Select(w => Task.Run(() => WriteAsync(w % 2 == 0 ? bridge.Database : node, w, each))).ToList();
        var sealing = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                await bridge.RunAsync(DrainKind.Seal, Seal.Name);
        });
        await Task.WhenAll(writing);
        await done.CancelAsync();
        await sealing;
        await bridge.SealAsync();

        var findings = await bridge.CheckAsync();
        Assert.Empty(findings.Faults);
        Assert.Equal((writers * each * 2, 0), (findings.Entries, findings.Unsealed));
        Assert.True(findings.Blocks > 1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_somebody_still_writes_is_waited_for(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        if (kind == DatabaseKind.Sqlite)
        {
            // One writes at a time: nothing can be seen out of order.
            Assert.Null(bridge.Database.Dialect.WritersOf("journal"));
            return;
        }

        var (began, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var slow = bridge.Storage.OpenNode().WriteAsync(
            async s =>
            {
                await JournalStore.AppendAsync(s, [new("test.noted", "slow", "test", "test", "{}")], 1, None);
                began.SetResult();
                await goOn.Task;
            },
            None);
        await began.Task;
        await bridge.Database.NoteAsync("fast");

        await bridge.RunAsync(DrainKind.Seal, Seal.Name);
        var sealedBefore = await bridge.Database.ReadAsync(s => JournalSealStore.HeadAsync(s, None), None);
        goOn.SetResult();
        await slow;
        await bridge.SealAsync();

        Assert.Equal(0, sealedBefore?.Number);
        var entries = await bridge.Database.ReadAsync(s => JournalStore.AfterAsync(s, 0, long.MaxValue, 0, 10, None), None);
        Assert.Equal(["slow", "fast"], entries.Select(e => e.Subject));
        Assert.Empty((await bridge.CheckAsync()).Faults);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Stopped_at_any_moment_it_goes_on_behind_the_last_block(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        var random = new Random(7);
        for (var i = 0; i < 40; i++)
        {
            await bridge.Database.NoteAsync("a" + i, """{"after":{}}""");
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(0, 6)));
            try
            {
                await bridge.Get<DrainRunner>().RunAsync(new DrainKey(DrainKind.Seal, Seal.Name), stop.Token);
            }
            catch (OperationCanceledException)
            {
                // That is what is tried.
            }
        }

        await bridge.SealAsync();
        var findings = await bridge.CheckAsync();
        Assert.Empty(findings.Faults);
        Assert.Equal((40, 0), (findings.Entries, findings.Unsealed));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_was_noted_can_be_neither_changed_nor_deleted(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.Database.NoteAsync("a", """{"after":{"title":"Engineer"}}""");
        await bridge.SealAsync();
        foreach (var statement in new[]
        {
            "UPDATE journal SET actor = 'nobody'", "DELETE FROM journal", "UPDATE journal_detail SET value = '{}'", "DELETE FROM journal_detail",
            "UPDATE journal_seal SET hash = ''", "DELETE FROM journal_seal",
        })
            await Assert.ThrowsAnyAsync<DbException>(() => bridge.Database.WriteAsync(s => s.ExecuteAsync(statement, None), None));
        Assert.Empty((await bridge.CheckAsync()).Faults);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Head_is_signed_at_intervals_and_what_is_cut_off_behind_it_is_found(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bridge = await TestBridge.StartAsync(kind, json => json["notifications"] = new JsonObject
        {
            ["outside"] = new JsonObject
            {
                ["url"] = receiver.Url, ["keys"] = new JsonArray(new JsonObject { ["value"] = "k" }), ["events"] = new JsonArray(JournalAnchor.EventName),
                ["allowPrivateAddresses"] = true,
            },
        });
        await bridge.Database.NoteAsync("a");
        await bridge.SealAsync();
        Assert.Null(await LastAnchorAsync(bridge));
        bridge.Time.Advance(TimeSpan.FromMinutes(61));
        await bridge.Database.NoteAsync("b");
        await bridge.SealAsync();

        var anchor = await LastAnchorAsync(bridge);
        Assert.Equal(2, anchor!.Position);
        Assert.Equal(2, JournalAnchor.Open(anchor.Signature, await bridge.KeysAsync(), out _)!.Position);
        Assert.Equal(1, (await bridge.CheckAsync()).Anchors);
        await bridge.RunAsync(DrainKind.Notify, "outside");
        var told = Assert.Single(receiver.Heard);
        Assert.Equal((JournalAnchor.EventName, 2), (told.Type, (int)told.Json["position"]!));
        Assert.Equal(anchor.Signature, (string?)told.Json["signature"]);

        await bridge.UnguardAsync();
        await bridge.Database.WriteAsync(
            async s =>
            {
                // On SQLite the anchor refers to its block.
                await s.ExecuteAsync("DELETE FROM journal_anchor", None);
                await s.ExecuteAsync("DELETE FROM journal_seal WHERE number = 2", None);
                await s.ExecuteAsync("DELETE FROM journal WHERE subject = 'b'", None);
            },
            None);
        // Within the database alone it looks sound; whoever has the anchor sees more.
        Assert.Empty((await bridge.CheckAsync()).Faults);
        Assert.True((await bridge.CheckAsync()).Entries < anchor.Position);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_is_too_old_is_cut_off_at_an_anchor_and_the_rest_still_holds(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => JournalBridge.KeepDays(json, 30));
        for (var day = 0; day < 50; day++)
        {
            await bridge.Database.NoteAsync("d" + day, """{"after":{}}""", at: bridge.Get<IClock>().GetCurrentInstant().ToMicroseconds());
            await bridge.SealAsync();
            bridge.Time.Advance(TimeSpan.FromDays(1));
        }

        var entries = await bridge.Database.ReadAsync(s => JournalStore.AfterAsync(s, 0, long.MaxValue, 0, 100, None), None);
        Assert.InRange(entries.Count, 30, 32);
        Assert.Equal("d49", entries[^1].Subject);
        var details = await bridge.Database.ReadAsync(
            s => s.FirstAsync("SELECT count(*) FROM journal_detail", r => r.GetInt64(0), None), None);
        Assert.Equal(entries.Count, details);
        var findings = await bridge.CheckAsync();
        Assert.Empty(findings.Faults);
        Assert.Equal(entries.Count, findings.Entries);

        // The anchor is what the rest hangs on.
        await bridge.Database.WriteAsync(
            s => s.ExecuteAsync("DELETE FROM journal_anchor WHERE block = (SELECT block FROM journal_beginning)", None), None);
        Assert.Equal(["Where the journal begins by now there is no anchor."], (await bridge.CheckAsync()).Faults);
    }

    private static Task<StoredAnchor?> LastAnchorAsync(TestBridge bridge) => bridge.Database.ReadAsync(s => JournalSealStore.LastAnchorAsync(s, None), None);

    // The numbers of a transaction's entries become visible when it ends, whenever they were taken.
    private static async Task WriteAsync(Database database, int writer, int count)
    {
        var random = new Random(writer);
        for (var i = 0; i < count; i++)
        {
            await database.WriteAsync(
                async s =>
                {
                    await JournalStore.AppendAsync(s, [new("test.noted", $"w{writer}", "test", "test", "{}") { Detail = "{}" }], i, None);
                    if (!s.Dialect.IsRemote)
                        await Task.Yield();
                    else
                        await Task.Delay(random.Next(0, 15));
                    await JournalStore.AppendAsync(s, [new("test.noted", $"w{writer}", "test", "test", "{}")], i, None);
                },
                None);
        }
    }
}
