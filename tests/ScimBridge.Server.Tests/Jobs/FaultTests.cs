using ScimBridge.Fixtures;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>Delivery through every fault that the sandbox has, on both databases: the same state in the end, and nobody created twice.</summary>
public sealed class FaultTests
{
    public static TheoryData<DatabaseKind, FaultKind> Cases()
    {
        var cases = new TheoryData<DatabaseKind, FaultKind>();
        foreach (var kind in Enum.GetValues<DatabaseKind>())
        {
            foreach (var fault in new[] { FaultKind.Throttle, FaultKind.Error, FaultKind.Timeout, FaultKind.LostReply, FaultKind.Reset, FaultKind.Html })
                cases.Add(kind, fault);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Every_account_arrives_once(DatabaseKind kind, FaultKind fault)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        bridge.Corp.Faults.Add(new FaultRule
        {
            Kind = fault,
            Share = 0.3,
            Seed = 4711,
            RetryAfterSeconds = fault == FaultKind.Throttle ? 2 : null,
            Milliseconds = fault == FaultKind.Timeout ? 2500 : null,
        });
        var count = fault == FaultKind.Timeout ? 12 : 60;
        var rows = Enumerable.Range(1, count).Select(i => TestBridge.Row(
            $"{i}", $"Given{i}", "Family", department: $"D{i % 3}", manager: i > 3 ? $"{i / 3}" : "")).ToArray();

        await bridge.ImportAsync(rows);
        await bridge.SettleInTimeAsync();
        // And out again, through the same faults.
        await bridge.ImportAsync([.. rows.Take(count / 2).Select(r => r.Replace(",A,E,", ",T,E,", StringComparison.Ordinal))]);
        await bridge.SettleInTimeAsync();

        bridge.Corp.Faults.Clear();
        Assert.Equal(new DueCount(0, 0), await bridge.DueAsync());
        Assert.Equal(count, bridge.Corp.UserCount);
        Assert.Equal(count - (count / 2), bridge.Corp.Users().Count(u => u.Active));
        Assert.Equal(count - (count / 2), bridge.Corp.Groups().Sum(g => g.Members.Count));
        Assert.All(bridge.Corp.Calls.Creates.Values.SelectMany(c => c.Values), creates => Assert.Equal(1, creates));
        Assert.True(bridge.Corp.Calls.Faults.Values.Sum() > 0, "The faults never struck.");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Name_that_somebody_else_has_at_the_target_is_not_taken_over(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
        using var content = new StringContent(
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"anna.jensen@corp.example","externalId":"other"}""",
            System.Text.Encoding.UTF8,
            "application/scim+json");
        (await http.PostAsync(new Uri(bridge.Sandbox.ScimAddress("corp"), "Users"), content)).EnsureSuccessStatusCode();

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"), TestBridge.Row("2", "Bo", "Dahl"));

        Assert.Equal("other", bridge.Corp.FindUser("anna.jensen@corp.example")!.ExternalId);
        Assert.NotNull(bridge.Corp.FindUser("bo.dahl@corp.example"));
        Assert.Equal(new DueCount(0, 1), await bridge.DueAsync());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Ten_changes_while_the_target_is_down_are_one_delivery(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"));
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Reset, Always = true });
        for (var i = 0; i < 10; i++)
            await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", title: $"Title {i}"));
        bridge.Corp.Faults.Clear();
        var before = bridge.Corp.FindUser("anna.jensen@corp.example")!.Version;

        await bridge.SettleInTimeAsync();

        var account = bridge.Corp.FindUser("anna.jensen@corp.example")!;
        Assert.Contains("Title 9", account.Json, StringComparison.Ordinal);
        Assert.Equal(before + 1, account.Version);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Account_that_somebody_deleted_is_made_again(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"));
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
        var id = bridge.Corp.FindUser("anna.jensen@corp.example")!.Id;
        (await http.DeleteAsync(new Uri(bridge.Sandbox.ScimAddress("corp"), $"Users/{id}"))).EnsureSuccessStatusCode();

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", title: "Lead"));
        await bridge.SettleInTimeAsync();

        Assert.Contains("Lead", bridge.Corp.FindUser("anna.jensen@corp.example")!.Json, StringComparison.Ordinal);
        Assert.Equal(["anna.jensen@corp.example"], bridge.Corp.FindGroup("Sales")!.Members);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Bad_credential_stops_the_target_and_loses_nothing(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => json["targets"]!["corp"]!["token"]!["value"] = "wrong");

        await bridge.ImportAsync([.. Enumerable.Range(1, 50).Select(i => TestBridge.Row($"{i}", $"Given{i}", "Family"))]);

        Assert.True(bridge.Corp.Calls.Total <= 16, $"{bridge.Corp.Calls.Total} calls were made with a credential that was refused.");
        Assert.Equal(0, (await bridge.DueAsync()).Dead);
        Assert.True((await bridge.DueAsync()).Waiting >= 50);
    }
}
