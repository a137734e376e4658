using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Tests.Lifecycle;

/// <summary>Signed webhooks to those who are to be told, over real sockets, on both databases.</summary>
public sealed class NotificationTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Manager_can_be_told_of_an_account_that_is_prepared_with_a_signature_that_fits_and_no_secret(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, "worker.prepared");
        // The manager comes behind the joiner in the same file, and years ago.
        await bridge.ImportAsync(
            TestBridge.Row("2", "Bo", "Dahl", status: "P", start: "2026-03-05", manager: "1"), TestBridge.Row("1", "Anna", "Jensen"));

        await NotifyAsync(bridge);

        var hook = Assert.Single(receiver.Heard);
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData("k1"u8, Encoding.UTF8.GetBytes($"{hook.Timestamp}.{hook.Body}")));
        var other = Convert.ToHexStringLower(HMACSHA256.HashData("k2"u8, Encoding.UTF8.GetBytes($"{hook.Timestamp}.{hook.Body}")));
        Assert.Equal($"v1={mac},v1={other}", hook.Signature);
        Assert.InRange(bridge.Time.GetUtcNow().ToUnixTimeSeconds() - long.Parse(hook.Timestamp, System.Globalization.CultureInfo.InvariantCulture), 0, 5);
        var json = hook.Json;
        Assert.Equal(hook.Id, (string)json["id"]!);
        Assert.Equal(("worker.prepared", "hr", "2", "2026-03-04T23:00:00Z"), ((string)json["type"]!, (string)json["source"]!, (string)json["workerId"]!, (string)json["effectiveAt"]!));
        Assert.Equal(("bo.dahl@corp.example", "Bo Dahl", "2026-03-05"), ((string)json["user"]!["userName"]!, (string)json["user"]!["displayName"]!, (string)json["user"]!["startDate"]!));
        Assert.Equal(("anna.jensen@corp.example", "anna.jensen@corp.example"), ((string)json["manager"]!["userName"]!, (string)json["manager"]!["email"]!));
        Assert.DoesNotContain("password", hook.Body, StringComparison.OrdinalIgnoreCase);

        await NotifyAsync(bridge);
        Assert.Single(receiver.Heard);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Receiver_hears_of_what_it_asked_for_once_each_in_order(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, "worker.moved", "worker.terminationEffective", "worker.prepared");
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", department: "Finance"));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", department: "Finance", status: "T", lastDay: "2026-03-01"));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen", department: "Finance", start: "2026-03-02"));

        await NotifyAsync(bridge);

        Assert.Equal(["worker.moved", "worker.terminationEffective", "worker.prepared"], receiver.Heard.Select(h => h.Type));
        Assert.Equal(["department"], receiver.Heard.First().Json["changed"]!.AsArray().Select(c => (string)c!));
        Assert.False(receiver.Heard.First().Json.ContainsKey("user"));
        Assert.Equal(3, receiver.Heard.Select(h => h.Id).Distinct().Count());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Receiver_that_is_down_hears_of_it_later_with_the_same_id_and_is_called_less_and_less(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, "worker.hired");
        receiver.Answer = _ => 503;
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"), TestBridge.Row("2", "Bo", "Dahl"));

        // One call tells that nobody is there; the other waits with it.
        var next = (await bridge.RunAsync(DrainKind.Notify, "desk"))!.Value;
        Assert.Single(receiver.Heard);
        Assert.True(next.ToDateTimeOffset() - bridge.Time.GetUtcNow() > TimeSpan.FromSeconds(1));
        var before = next;
        for (var i = 0; i < 4; i++)
        {
            before = next;
            next = await LaterAsync(bridge, next);
        }

        Assert.True(next - before > NodaTime.Duration.FromSeconds(60), $"{next - before}");
        receiver.Answer = _ => 200;
        receiver.Heard.Clear();
        bridge.Time.Advance(next.ToDateTimeOffset() - bridge.Time.GetUtcNow());
        Assert.Null(await bridge.RunAsync(DrainKind.Notify, "desk"));
        Assert.Equal(["1", "2"], receiver.Heard.Select(h => (string)h.Json["workerId"]!).Order());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_the_receiver_refuses_holds_up_nothing_else_and_is_given_up_after_days(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, "worker.hired");
        receiver.Answer = h => (string)h.Json["workerId"]! == "1" ? 422 : 204;
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Jensen"), TestBridge.Row("2", "Bo", "Dahl"));

        var next = await bridge.RunAsync(DrainKind.Notify, "desk");

        Assert.Equal(["1", "2"], receiver.Heard.Select(h => (string)h.Json["workerId"]!).Order());
        Assert.Single(receiver.Heard.Where(h => (string)h.Json["workerId"]! == "1").Select(h => h.Id).Distinct());
        bridge.Time.Advance(TimeSpan.FromDays(5));
        Assert.NotNull(next);
        Assert.Null(await bridge.RunAsync(DrainKind.Notify, "desk"));
        Assert.Equal(3, receiver.Heard.Count);
        var kept = await bridge.Database.ReadAsync(
            s => s.FirstAsync("SELECT reason FROM notification WHERE due_at IS NULL", r => r.GetString(0), CancellationToken.None), CancellationToken.None);
        Assert.Equal("POST: 422.", kept);
    }

    [Fact]
    public async Task Address_inside_is_not_called_unless_it_is_allowed()
    {
        await using var receiver = await Receiver.StartAsync();
        using var client = new ScimBridge.Connectors.Webhooks.WebhookClient(
            new Uri(receiver.Url), [new Connectors.SecretReference { Value = "k" }], TimeSpan.FromSeconds(2), allowPrivateAddresses: false, TimeProvider.System);

        var outcome = await client.PostAsync("1", "{}"u8.ToArray(), CancellationToken.None);

        Assert.Contains("allowPrivateAddresses", Assert.IsType<Provisioning.Delivery.Outcome.Stop>(outcome).Reason, StringComparison.Ordinal);
        Assert.Empty(receiver.Heard);
    }

    [Theory]
    [InlineData(""" "url": "http://desk.example/hook", "keys": [{ "value": "k" }], "events": ["worker.hired"] """, "url")]
    [InlineData(""" "url": "https://me:pass@desk.example/hook", "keys": [{ "value": "k" }], "events": ["worker.hired"] """, "url")]
    [InlineData(""" "url": "https://desk.example/hook", "events": ["worker.hired"] """, "keys")]
    [InlineData(""" "url": "https://desk.example/hook", "keys": [{ "env": "NO_SUCH_KEY" }], "events": ["worker.hired"] """, "keys[0].env")]
    [InlineData(""" "url": "https://desk.example/hook", "keys": [{ "value": "k" }] """, "events")]
    [InlineData(""" "url": "https://desk.example/hook", "keys": [{ "value": "k" }], "events": ["worker.fired"] """, "events[0]")]
    [InlineData(""" "url": "https://desk.example/hook", "keys": [{ "value": "k" }], "events": ["worker.hired"], "timeoutSeconds": 0 """, "timeoutSeconds")]
    public void Receiver_with_a_fault_is_refused(string options, string path)
    {
        var fault = Assert.Single(Assert.Throws<ConfigurationException>(() => BridgeConfiguration.Parse(
            $$"""{ "notifications": { "desk": { {{options}} } } }""", "bridge.json", new Dictionary<string, string>())).Faults);

        Assert.Equal("$.notifications.desk." + path, fault.Path);
    }

    private static Task<TestBridge> StartAsync(DatabaseKind kind, Receiver receiver, params string[] events) => TestBridge.StartAsync(kind, json =>
    {
        TestBridge.Unheld(json);
        json["notifications"] = new JsonObject
        {
            ["desk"] = new JsonObject
            {
                ["url"] = receiver.Url,
                ["keys"] = new JsonArray(new JsonObject { ["value"] = "k1" }, new JsonObject { ["value"] = "k2" }),
                ["events"] = new JsonArray([.. events.Select(e => (JsonNode)e)]),
                ["allowPrivateAddresses"] = true,
            },
        };
    });

    private static async Task NotifyAsync(TestBridge bridge) => Assert.Null(await bridge.RunAsync(DrainKind.Notify, "desk"));

    private static async Task<NodaTime.Instant> LaterAsync(TestBridge bridge, NodaTime.Instant at)
    {
        bridge.Time.Advance(at.ToDateTimeOffset() - bridge.Time.GetUtcNow());
        return (await bridge.RunAsync(DrainKind.Notify, "desk"))!.Value;
    }
}
