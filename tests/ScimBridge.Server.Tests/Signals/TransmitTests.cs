using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Signals;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Signals;

/// <summary>What happens to workers is pushed to a receiver of Shared Signals over real sockets, on both databases.</summary>
public sealed class TransmitTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly string[] Leaver = [Uri(SignalType.AccountDisabled), Uri(SignalType.SessionRevoked), Uri(SignalType.AccountEnabled)];

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_is_told_at_once_and_the_return_after_it_each_once(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, Leaver);
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt"));
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));
        Assert.Empty(receiver.Pushes);

        var batch = await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", status: "T", lastDay: "2026-03-01"));
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", start: "2026-03-02"));
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        Assert.Equal(["account-disabled", "session-revoked", "account-enabled"], receiver.Heard.Select(p => p.Event));
        var user = await UserAsync(bridge);
        var session = receiver.Heard[1];
        Assert.True(JsonNode.DeepEquals(
            new JsonObject { ["format"] = "iss_sub", ["iss"] = SignalReceiver.Issuer, ["sub"] = user }, session.Claims["sub_id"]), session.Claims.ToJsonString());
        Assert.Equal((batch.Id, "policy", "Access has ended."), ((string)session.Claims["txn"]!, (string)session.Payload["initiating_entity"]!, (string)session.Payload["reason_admin"]!["en"]!));
        Assert.InRange(bridge.Time.GetUtcNow().ToUnixTimeSeconds() - (long)session.Payload["event_timestamp"]!, 0, 60);
        Assert.Equal(3, receiver.Pushes.Select(p => p.Id).Distinct().Count());
        Assert.Equal(3, receiver.Pushes.Count);
        Assert.Equal(0, await RowsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Okta_finds_the_subject_in_the_event_and_hears_of_another_address(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(
            kind, receiver, [Uri(SignalType.SessionRevoked), Uri(SignalType.IdentifierChanged)], json =>
            {
                json["subject"] = new JsonObject { ["format"] = "email", ["placement"] = "event" };
                json["authorization"] = new JsonObject { ["value"] = "Bearer of-the-receiver" };
            });
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt"));
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", status: "T", lastDay: "2026-03-01"));
        var user = await UserAsync(bridge);
        // Before it could be told the address is another one: it goes on being told of the one that was meant.
        await AddressAsync(bridge, user, "mira.lund@corp.example");

        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        Assert.Equal(["session-revoked", "identifier-changed"], receiver.Heard.Select(p => p.Event));
        foreach (var push in receiver.Heard)
        {
            Assert.False(push.Claims.ContainsKey("sub_id"));
            Assert.True(JsonNode.DeepEquals(
                new JsonObject { ["user"] = new JsonObject { ["format"] = "email", ["email"] = "mira.holt@corp.example" } }, push.Payload["subject"]), push.Payload.ToJsonString());
            Assert.NotNull(push.Payload["event_timestamp"]);
            Assert.NotNull(push.Payload["reason_admin"]);
            Assert.Equal("Bearer of-the-receiver", push.Authorization);
        }

        Assert.Equal("mira.lund@corp.example", (string)receiver.Heard[1].Payload["new-value"]!);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Receiver_that_is_down_hears_everything_later_in_order_with_the_same_ids(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, Leaver);
        // One day this is the matter with it, the next day that.
        receiver.Answer = _ => (500 + (receiver.Pushes.Count % 4), null);
        await LeaveAsync(bridge);

        // One call tells that nobody is there; the rest waits with it.
        var next = (await bridge.RunAsync(DrainKind.Transmit, "desk"))!.Value;
        Assert.Single(receiver.Pushes);
        Assert.Equal(next, await bridge.RunAsync(DrainKind.Transmit, "desk"));
        Assert.Single(receiver.Pushes);
        var waits = new List<Duration>();
        for (var i = 0; i < 5; i++)
        {
            bridge.Time.Advance(next.ToDateTimeOffset() - bridge.Time.GetUtcNow());
            var then = (await bridge.RunAsync(DrainKind.Transmit, "desk"))!.Value;
            waits.Add(then - next);
            next = then;
        }

        Assert.True(waits[^1] > waits[0] * 4, string.Join(' ', waits));
        var first = Assert.Single(receiver.Pushes.Select(p => p.Text).Distinct());
        // The process is another one, the token the same.
        await bridge.RestartAsync(_ => { });
        receiver.Answer = _ => null;
        bridge.Time.Advance(next.ToDateTimeOffset() - bridge.Time.GetUtcNow());
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        Assert.Equal(["account-disabled", "session-revoked"], receiver.Heard.Select(p => p.Event));
        Assert.Equal(first, receiver.Heard[0].Text);
        Assert.Null((await StreamAsync(bridge)).Failure);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_a_receiver_does_not_take_holds_up_nothing_else_and_is_kept_with_its_reason(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, Leaver);
        receiver.Answer = p => p.Event == "account-disabled" ? (400, "invalid_request") : null;
        await LeaveAsync(bridge);

        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        Assert.Equal(["session-revoked"], receiver.Heard.Select(p => p.Event));
        var kept = Assert.Single(await RefusedAsync(bridge));
        Assert.Equal((SignalType.AccountDisabled, "POST: 400 invalid_request."), (kept.Signal.Type, kept.Refused!));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Receiver_that_does_not_know_the_key_is_given_time_to_fetch_it_and_then_none(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, [Uri(SignalType.SessionRevoked)]);
        var (keys, patience) = (receiver.Keys, 3);
        receiver.Keys = () => patience-- > 0 ? Task.FromResult("""{"keys":[]}""") : keys();
        await LeaveAsync(bridge);
        var begun = bridge.Time.GetUtcNow();

        await RunToEndAsync(bridge);

        Assert.Equal(4, receiver.Pushes.Count);
        Assert.Equal(["session-revoked"], receiver.Heard.Select(p => p.Event));

        receiver.Answer = _ => (400, "invalid_key");
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", start: "2026-03-02"));
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", start: "2026-03-02", status: "S"));
        begun = bridge.Time.GetUtcNow();
        await RunToEndAsync(bridge);

        Assert.InRange(bridge.Time.GetUtcNow() - begun, TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
        Assert.Equal("POST: 400 invalid_key.", Assert.Single(await RefusedAsync(bridge)).Refused);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_waited_for_days_is_given_up_all_at_once_and_forgets_whom_it_was_about(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, Leaver, json => json["subject"] = new JsonObject { ["format"] = "email" });
        receiver.Answer = _ => (401, null);
        await LeaveAsync(bridge);
        await AddressAsync(bridge, await UserAsync(bridge), "mira.lund@corp.example");
        await bridge.RunAsync(DrainKind.Transmit, "desk");
        Assert.Equal("POST: 401.", (await StreamAsync(bridge)).Failure);

        bridge.Time.Advance(TimeSpan.FromDays(5));
        Assert.NotNull(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        Assert.Equal(2, receiver.Pushes.Count);
        var refused = await RefusedAsync(bridge);
        Assert.Equal(["POST: 401.", "POST: 401."], refused.Select(r => r.Refused));
        Assert.All(refused, r => Assert.Null(r.Signal.FormerAddress));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Receiver_that_knows_people_by_address_is_not_told_of_one_who_has_none(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, [Uri(SignalType.AccountPurged)], json => json["subject"] = new JsonObject { ["format"] = "email" });
        await bridge.Database.WriteAsync(
            s => SignalStore.AppendAsync(s, [new Signal(SignalType.AccountPurged, "User", "nobody", bridge.Get<IClock>().GetCurrentInstant(), "x")], Never), Never);

        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        Assert.Empty(receiver.Pushes);
        Assert.Equal(Transmit.Untellable, Assert.Single(await RefusedAsync(bridge)).Refused);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Stream_whose_receiver_rests_for_weeks_is_disabled_and_told_so(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, Leaver);
        await bridge.Get<StreamStatus>().SetAsync("desk", SignalStreamRow.Paused, null, "client:receiver", "x", tells: false, Never);
        await LeaveAsync(bridge);
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        bridge.Time.Advance(TimeSpan.FromDays(13));
        await bridge.Get<StreamStatus>().DisableIdleAsync(Never);
        Assert.Equal(SignalStreamRow.Paused, (await StreamAsync(bridge)).Status);
        bridge.Time.Advance(TimeSpan.FromDays(2));
        await bridge.Get<StreamStatus>().DisableIdleAsync(Never);
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        var push = Assert.Single(receiver.Heard);
        Assert.Equal(("stream-updated", "disabled"), (push.Event, (string)push.Payload["status"]!));
        Assert.Equal(0, await RowsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Stream_that_is_declared_otherwise_is_told_otherwise_and_one_that_is_gone_nothing(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, [Uri(SignalType.AccountEnabled)]);
        await RestartAsync(bridge, json => json["signals"]!["streams"]!["desk"]!["events"] = new JsonArray(Uri(SignalType.AccountDisabled)));
        await LeaveAsync(bridge);
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));
        Assert.Equal(["account-disabled"], receiver.Heard.Select(p => p.Event));

        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", start: "2026-03-02"));
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", status: "T", start: "2026-03-02", lastDay: "2026-03-02"));
        await RestartAsync(bridge, json => json["signals"]!["streams"] = new JsonObject());

        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));
        Assert.Single(receiver.Pushes);
        Assert.Equal(0, await RowsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Tokens_of_the_old_key_and_of_the_new_one_can_both_be_checked(DatabaseKind kind)
    {
        using var first = RSA.Create(2048);
        using var second = RSA.Create(2048);
        JsonObject Keys(params (string Id, RSA Key)[] keys) => new()
        {
            ["keys"] = new JsonArray([.. keys.Select(k => (JsonNode)new JsonObject { ["id"] = k.Id, ["key"] = new JsonObject { ["value"] = k.Key.ExportPkcs8PrivateKeyPem() } })]),
        };
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, Leaver);
        await RestartAsync(bridge, json => json["signing"] = Keys(("first", first)));
        await LeaveAsync(bridge);
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        await RestartAsync(bridge, json => json["signing"] = Keys(("second", second), ("first", first)));
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", start: "2026-03-02"));
        Assert.Null(await bridge.RunAsync(DrainKind.Transmit, "desk"));

        Assert.Equal(["first", "first", "second"], receiver.Heard.Select(p => p.Token.Kid));
        foreach (var push in receiver.Heard)
            await receiver.BelieveAsync(push.Text);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rows_have_neither_names_nor_addresses(DatabaseKind kind)
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var bridge = await StartAsync(kind, receiver, [.. SignalEvents.Supported.Select(SignalEvents.UriOf)]);
        await LeaveAsync(bridge);

        var rows = await bridge.Database.ReadAsync(
            s => s.QueryAsync(
                "SELECT event || type || resource_id || correlation || data || coalesce(former, '') FROM signal", r => r.GetString(0), Never), Never);

        Assert.True(rows.Count > 5);
        Assert.All(rows, r => Assert.DoesNotMatch("(?i)mira|holt|corp\\.example", r));
    }

    [Fact]
    public async Task Address_inside_is_not_called_unless_it_is_allowed()
    {
        await using var receiver = await SignalReceiver.StartAsync();
        foreach (var url in new[] { receiver.Url, receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) })
        {
            using var client = new PushClient(new Uri(url), TimeSpan.FromSeconds(2), allowPrivateAddresses: false, TimeProvider.System);

            var outcome = await client.PushAsync("e30.e30.x", authorization: null, Never);

            Assert.Contains("allowPrivateAddresses", Assert.IsType<Outcome.Stop>(outcome).Reason, StringComparison.Ordinal);
        }

        Assert.Empty(receiver.Pushes);
    }

    private static string Uri(SignalType type) => SignalEvents.UriOf(type);

    private static async Task<TestBridge> StartAsync(DatabaseKind kind, SignalReceiver receiver, string[] events, Action<JsonObject>? adjust = null)
    {
        var bridge = await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            var stream = new JsonObject
            {
                ["endpoint"] = receiver.Url,
                ["audience"] = SignalReceiver.Audience,
                ["events"] = new JsonArray([.. events.Select(e => (JsonNode)e)]),
                ["allowPrivateAddresses"] = true,
            };
            adjust?.Invoke(stream);
            json["signals"] = new JsonObject { ["issuer"] = SignalReceiver.Issuer, ["streams"] = new JsonObject { ["desk"] = stream } };
        });
        await bridge.Get<DeclaredStreams>().WriteAsync(Never);
        receiver.Keys = async () =>
        {
            var keys = await bridge.Get<SigningKeys>().PublicKeysAsync(Never);
            return new JsonObject { ["keys"] = new JsonArray([.. keys.Select(k => k.DeepClone())]) }.ToJsonString();
        };
        return bridge;
    }

    private static async Task RestartAsync(TestBridge bridge, Action<JsonObject> adjust)
    {
        await bridge.RestartAsync(adjust);
        await bridge.Get<DeclaredStreams>().WriteAsync(Never);
    }

    private static async Task LeaveAsync(TestBridge bridge)
    {
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt"));
        await bridge.ImportAsync(TestBridge.Row("1", "Mira", "Holt", status: "T", lastDay: "2026-03-01"));
    }

    private static async Task RunToEndAsync(TestBridge bridge)
    {
        for (var i = 0; i < 50; i++)
        {
            if (await bridge.RunAsync(DrainKind.Transmit, "desk") is not { } next)
                return;
            bridge.Time.Advance(next.ToDateTimeOffset() - bridge.Time.GetUtcNow());
        }

        Assert.Fail("It never came to an end.");
    }

    private static async Task<string> UserAsync(TestBridge bridge) => (await bridge.Database.ReadAsync(
        s => s.FirstAsync("SELECT id FROM resource WHERE type = 'User'", r => r.GetString(0), Never), Never))!;

    // As a client would that masters addresses.
    private static async Task AddressAsync(TestBridge bridge, string id, string address)
    {
        var row = (await bridge.Database.ReadAsync(s => ResourceStore.FindAsync(s, "User", id, Never), Never))!;
        var before = JsonNode.Parse(row.Body)!.AsObject();
        var after = before.DeepClone().AsObject();
        after["emails"] = new JsonArray(new JsonObject { ["value"] = address, ["primary"] = true });
        var changes = new Changes(bridge.Get<IClock>().GetCurrentInstant(), "client:tester", "test", []) { TellsStreams = true };
        changes.Resources.Add(ResourceWriter.Update(bridge.Configuration.Catalog.User, id, row.Version, before, after, Provisioning.Lifecycle.Lane.Change));
        await bridge.Database.WriteAsync(s => Commit.WriteAsync(s, changes, Never), Never);
    }

    private static async Task<SignalStreamRow> StreamAsync(TestBridge bridge) =>
        (await bridge.Database.ReadAsync(s => SignalStreamStore.FindAsync(s, "desk", Never), Never))!;

    private static Task<List<QueuedSignal>> RefusedAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => SignalStore.RefusedAsync(s, "desk", 100, Never), Never);

    private static Task<long> RowsAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => s.FirstAsync("SELECT count(*) FROM signal", r => r.GetInt64(0), Never), Never);
}
