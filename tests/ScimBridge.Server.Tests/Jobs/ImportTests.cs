using NodaTime;
using NodaTime.Text;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>From an HR file to accounts at a target, on both databases.</summary>
public sealed class ImportTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Real_shaped_company_gets_accounts_for_those_who_work_there_and_a_second_import_calls_nobody(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            var hr = json["sources"]!["hr"]!.AsObject();
            hr["columns"] = new System.Text.Json.Nodes.JsonObject
            {
                ["workerId"] = "employeeId", ["givenName"] = "givenName", ["familyName"] = "familyName", ["status"] = "status",
                ["startDate"] = "hireDate", ["terminationDate"] = "terminationDate", ["department"] = "department",
                ["departmentCode"] = "departmentId", ["title"] = "title", ["managerId"] = "managerId",
            };
            hr["constants"] = new System.Text.Json.Nodes.JsonObject { ["type"] = "employee" };
            hr["words"] = System.Text.Json.Nodes.JsonNode.Parse("""{"status":{"active":"active","terminated":"terminated"}}""");
        });
        var file = Path.Combine(AppContext.BaseDirectory, "Samples", "workers-1000.csv");

        var batch = await bridge.ImportFileAsync(file);

        Assert.Equal(new BatchCounts(Rows: 999, Changed: 999, Unchanged: 0, Faults: 0), batch.Counts);
        Assert.Equal(882, bridge.Corp.UserCount);
        Assert.All(bridge.Corp.Users(), user => Assert.True(user.Active));
        Assert.Equal(9, bridge.Corp.GroupCount);
        var rows = File.ReadLines(file).Skip(1).Select(l => l.Split(',')).Where(f => f[6] == "active").ToList();
        Assert.Equal(rows.Count(r => r[7].Length > 0), bridge.Corp.Groups().Sum(g => g.Members.Count));
        var left = File.ReadLines(file).Skip(1).Select(l => l.Split(',')).Where(f => f[6] == "terminated").Select(f => f[0]).ToHashSet();
        var accounts = bridge.Corp.Users().Select(u => System.Text.Json.Nodes.JsonNode.Parse(u.Json)!).ToDictionary(
            u => u["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["employeeNumber"]!.GetValue<string>());
        Assert.Empty(accounts.Keys.Intersect(left));
        Assert.Equal(117, left.Count);
        Assert.Equal(new DueCount(0, 0), await bridge.DueAsync());
        // Every active worker whose manager is active has that manager at the target.
        var active = rows.ToDictionary(r => r[0]);
        Assert.All(rows.Where(r => active.ContainsKey(r[10])), r => Assert.NotNull(
            accounts[r[0]]["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["manager"]));

        var calls = bridge.Corp.Calls.Total;
        var again = await bridge.ImportFileAsync(file);

        Assert.Equal(new BatchCounts(Rows: 999, Changed: 0, Unchanged: 999, Faults: 0), again.Counts);
        Assert.Equal(calls, bridge.Corp.Calls.Total);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_is_disabled_and_out_of_the_department_group(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"), TestBridge.Row("2", "Bo", "Dahl"));
        Assert.Equal(["anna.jensen@corp.example", "bo.dahl@corp.example"], bridge.Corp.FindGroup("Sales")!.Members);

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", status: "T", lastDay: "2026-03-01"));

        Assert.False(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);
        Assert.Equal(["bo.dahl@corp.example"], bridge.Corp.FindGroup("Sales")!.Members);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_is_missing_from_a_full_feed_is_left_alone(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"), TestBridge.Row("2", "Bo", "Dahl"));
        var calls = bridge.Corp.Calls.Total;

        await bridge.ImportAsync(TestBridge.Row("2", "Bo", "Dahl"));
        await bridge.ImportAsync();

        Assert.Equal(calls, bridge.Corp.Calls.Total);
        Assert.True(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Mover_changes_groups_and_attributes_in_one_go(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", department: "Sales"), TestBridge.Row("2", "Bo", "Dahl", department: "Finance"));

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", department: "Finance", title: "Controller"));

        Assert.Empty(bridge.Corp.FindGroup("Sales")!.Members);
        Assert.Equal(["anna.jensen@corp.example", "bo.dahl@corp.example"], bridge.Corp.FindGroup("Finance")!.Members);
        Assert.Contains("\"Controller\"", bridge.Corp.FindUser("anna.jensen@corp.example")!.Json, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_hundred_of_one_name_all_get_names_of_their_own(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);

        await bridge.ImportAsync([.. Enumerable.Range(1, 200).Select(i => TestBridge.Row($"{i}", "Anna", "Jensen"))]);
        await bridge.ImportAsync(TestBridge.Row("201", "ANNA", "Jensen"));

        var names = bridge.Corp.Users().Select(u => u.UserName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.Equal(201, names.Count);
        Assert.Contains("anna.jensen@corp.example", names);
        Assert.Contains("anna.jensen201@corp.example", names);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Future_hire_is_prepared_then_activated_at_midnight_of_the_first_day(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", status: "P", start: "2026-03-20"));
        Assert.Equal(0, bridge.Corp.UserCount);

        var prepare = await bridge.RunAsync(DrainKind.DecideWorkers, "hr");
        Assert.Equal("2026-03-12T23:00:00Z", InstantPattern.General.Format(prepare!.Value));
        await AtAsync(bridge, prepare.Value);
        Assert.False(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);

        // The word of the feed is still "prehire": a date that has come is enough only where the feed says so too.
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", status: "A", start: "2026-03-20"));
        Assert.False(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);
        var start = await bridge.RunAsync(DrainKind.DecideWorkers, "hr");
        Assert.Equal("2026-03-19T23:00:00Z", InstantPattern.General.Format(start!.Value));
        await AtAsync(bridge, start.Value);
        Assert.True(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Contract_ends_with_no_event_when_the_last_day_is_over(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", type: "C", end: "2026-03-31"));
        var end = (await bridge.RunAsync(DrainKind.DecideWorkers, "hr"))!.Value;
        // Summer time begins on 29 March: midnight in Copenhagen is 22:00 UTC.
        Assert.Equal("2026-03-31T22:00:00Z", InstantPattern.General.Format(end));

        await AtAsync(bridge, end - Duration.FromSeconds(1));
        Assert.True(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);
        await AtAsync(bridge, end);
        Assert.False(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Manager_who_comes_later_in_the_feed_or_in_a_later_feed_is_set(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", manager: "2"), TestBridge.Row("2", "Bo", "Dahl", manager: "9"));
        Assert.Equal(bridge.Corp.FindUser("bo.dahl@corp.example")!.Id, Manager("anna.jensen@corp.example"));
        Assert.Null(Manager("bo.dahl@corp.example"));

        await bridge.ImportAsync(TestBridge.Row("9", "Eva", "Lund"));
        Assert.Equal(bridge.Corp.FindUser("eva.lund@corp.example")!.Id, Manager("bo.dahl@corp.example"));

        string? Manager(string userName) => System.Text.Json.Nodes.JsonNode.Parse(bridge.Corp.FindUser(userName)!.Json)!
            ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["manager"]?["value"]?.GetValue<string>();
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rehire_gets_the_same_account(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"));
        var id = bridge.Corp.FindUser("anna.jensen@corp.example")!.Id;
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", status: "T"));
        Assert.False(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", start: "2026-03-02"));

        var account = bridge.Corp.FindUser("anna.jensen@corp.example")!;
        Assert.True(account.Active);
        Assert.Equal(id, account.Id);
        Assert.Equal(["anna.jensen@corp.example"], bridge.Corp.FindGroup("Sales")!.Members);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Worker_whose_record_cannot_be_understood_holds_up_nobody(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"), TestBridge.Row("2", "Bo", "Dahl"));
        // As after an update of the time zones that dropped one.
        await bridge.Database.WriteAsync(
            s => s.ExecuteAsync("UPDATE record SET facts = replace(facts, 'Europe/Copenhagen', 'Europe/Atlantis') WHERE number = 0", default),
            default);
        await bridge.Database.WriteAsync(s => s.ExecuteAsync("UPDATE worker SET decide_at = 1", default), default);

        await bridge.ImportAsync(TestBridge.Row("2", "Bo", "Dahl", title: "Lead"));

        Assert.Contains("Lead", bridge.Corp.FindUser("bo.dahl@corp.example")!.Json, StringComparison.Ordinal);
        Assert.True(bridge.Corp.FindUser("anna.jensen@corp.example")!.Active);
        Assert.NotNull(await bridge.RunAsync(DrainKind.DecideWorkers, "hr"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Second_row_of_a_worker_is_a_fault_and_the_first_holds(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);

        var batch = await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"), TestBridge.Row("1", "Eva", "Lund"), TestBridge.Row("2", "Bo", "Dahl"));

        Assert.Equal(new BatchCounts(3, 2, 0, 1), batch.Counts);
        var fault = Assert.Single(await FaultsAsync(bridge, batch));
        Assert.Equal((3L, "1"), (fault.Row, fault.WorkerId));
        Assert.NotNull(bridge.Corp.FindUser("anna.jensen@corp.example"));
        Assert.Equal(2, bridge.Corp.UserCount);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Second_row_of_a_worker_is_a_fault_also_where_one_of_the_two_says_what_is_known(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        var (anna, bo) = (TestBridge.Row("1", "Anna", "Jensen"), TestBridge.Row("2", "Bo", "Dahl"));
        await bridge.ImportAsync(anna, bo);

        var same = await bridge.ImportAsync(anna, anna, bo);
        var newsAfter = await bridge.ImportAsync(anna, TestBridge.Row("1", "Anna", "Jensen", title: "Lead"), bo);
        var newsBefore = await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", title: "Head"), anna, bo);

        Assert.Equal(new BatchCounts(3, 0, 2, 1), same.Counts);
        Assert.Equal((3L, "1"), (await FaultsAsync(bridge, same)).Select(f => (f.Row, f.WorkerId)).Single());
        Assert.Equal(new BatchCounts(3, 0, 2, 1), newsAfter.Counts);
        Assert.Equal(new BatchCounts(3, 1, 1, 1), newsBefore.Counts);
        Assert.Contains("Head", bridge.Corp.FindUser("anna.jensen@corp.example")!.Json, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Good_rows_go_through_beside_bad_ones(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);

        var batch = await bridge.ImportAsync(
            TestBridge.Row("1", "Anna", "Jensen"),
            "2,Bo",
            TestBridge.Row("3", "Cai", "Holm", start: "2026-02-30"),
            TestBridge.Row("4", "Dea", "Friis", status: "GONE"),
            TestBridge.Row("5", "", "Lund"),
            TestBridge.Row("7", "Gro", "Berg"));

        Assert.Equal(new BatchCounts(6, 2, 0, 4), batch.Counts);
        Assert.Equal(["anna.jensen@corp.example", "gro.berg@corp.example"], bridge.Corp.Users().Select(u => u.UserName).Order());
        Assert.Equal([3L, 4, 5, 6], (await FaultsAsync(bridge, batch)).Select(f => f.Row));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Feed_that_breaks_off_changes_nothing(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"));
        var path = Path.GetTempFileName();
        try
        {
            // Thousands of good rows, then bytes that are no UTF-8.
            await using (var file = File.Create(path))
            {
                await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(TestBridge.Header + "\n"));
                for (var i = 1; i <= 6000; i++)
                    await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(TestBridge.Row($"{i}", "Eva", "Lund") + "\n"));
                await file.WriteAsync(new byte[] { (byte)'9', (byte)',', 0xC3, 0x28, (byte)'\n' });
            }

            var batch = await bridge.ImportFileAsync(path);

            Assert.Equal("failed", batch.State);
            Assert.Contains("6002", batch.Error, StringComparison.Ordinal);
            Assert.Equal(0, batch.Counts.Changed);
            Assert.Equal(1, bridge.Corp.UserCount);
            Assert.Equal("anna.jensen@corp.example", bridge.Corp.Users().Single().UserName);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task AtAsync(TestBridge bridge, Instant instant)
    {
        var wait = instant - bridge.Get<IClock>().GetCurrentInstant();
        if (wait > Duration.Zero)
            bridge.Time.Advance(wait.ToTimeSpan());
        await bridge.SettleAsync();
    }

    private static Task<List<RowFault>> FaultsAsync(TestBridge bridge, Batch batch) =>
        bridge.Database.ReadAsync(s => BatchStore.FaultsAsync(s, batch.Id, 100, CancellationToken.None), CancellationToken.None);
}
