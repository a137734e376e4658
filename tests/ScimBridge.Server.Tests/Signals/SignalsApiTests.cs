using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Signals;

/// <summary>Receivers make their own streams, look after them, are pushed to and poll: over real sockets, as receivers see it.</summary>
public sealed class SignalsApiTests
{
    private const string Push = "urn:ietf:rfc:8935";
    private const string Poll = "urn:ietf:rfc:8936";
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Metadata_say_where_everything_is_to_whoever_asks()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);

        var (status, body) = await world.SendAsync("GET", "/.well-known/ssf-configuration", secret: null);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(JsonNode.DeepEquals(
            new JsonObject
            {
                ["spec_version"] = "1_0",
                ["issuer"] = SignalReceiver.Issuer,
                ["jwks_uri"] = SignalReceiver.Issuer + "/.well-known/jwks.json",
                ["delivery_methods_supported"] = new JsonArray(Push, Poll),
                ["configuration_endpoint"] = SignalReceiver.Issuer + "/ssf/v1/stream",
                ["status_endpoint"] = SignalReceiver.Issuer + "/ssf/v1/status",
                ["add_subject_endpoint"] = SignalReceiver.Issuer + "/ssf/v1/subjects:add",
                ["remove_subject_endpoint"] = SignalReceiver.Issuer + "/ssf/v1/subjects:remove",
                ["verification_endpoint"] = SignalReceiver.Issuer + "/ssf/v1/verify",
                ["authorization_schemes"] = new JsonArray(new JsonObject { ["spec_urn"] = "urn:ietf:rfc:6749" }),
                ["default_subjects"] = "ALL",
            },
            body), body!.ToJsonString());
    }

    [Fact]
    public async Task Scim_says_which_of_its_events_are_sent_where_there_is_a_transmitter()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        await using var silent = await ApiBridge.StartAsync(DatabaseKind.Sqlite);

        var events = (await world.Bridge.GetAsync("/ServiceProviderConfig")).Is(HttpStatusCode.OK).Body!["securityEvents"]!;

        Assert.Equal("none", (string)events["asyncRequest"]!);
        Assert.Equal(SignalEvents.Supported.Where(SignalEvents.IsOfScim).Select(Uri), events["eventUris"]!.AsArray().Select(u => (string)u!));
        Assert.False((await silent.GetAsync("/ServiceProviderConfig")).Body!.ContainsKey("securityEvents"));
    }

    [Fact]
    public async Task Issuer_with_a_path_has_its_metadata_behind_the_well_known_one()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite, signals => signals["issuer"] = "https://bridge.example/corp");

        Assert.Equal("https://bridge.example/corp", (string)(await world.SendAsync("GET", "/.well-known/ssf-configuration/corp", secret: null)).Body!["issuer"]!);
    }

    [Fact]
    public async Task Without_signals_there_is_no_transmitter()
    {
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite);
        var secret = await bridge.TokenAsync("strict", "receiver", "ssf.manage");

        (await bridge.SendAsync("GET", new Uri(new Uri(bridge.Url), "/.well-known/ssf-configuration").ToString())).Is(HttpStatusCode.NotFound);
        (await bridge.SendAsync("GET", new Uri(new Uri(bridge.Url), "/ssf/v1/stream").ToString(), secret: secret)).Is(HttpStatusCode.NotFound);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Stream_is_made_read_changed_replaced_and_deleted(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        Assert.Empty((await world.StreamAsync("GET", null)).AsArray());

        var created = await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", new JsonObject
        {
            ["events_requested"] = new JsonArray(Uri(SignalType.SessionRevoked), "urn:example:of-somebody-else"), ["description"] = "ours",
        });
        var id = (string)created["stream_id"]!;
        Assert.True(JsonNode.DeepEquals(
            new JsonObject
            {
                ["stream_id"] = id,
                ["iss"] = SignalReceiver.Issuer,
                ["aud"] = SignalReceiver.Audience,
                ["events_supported"] = new JsonArray([.. SignalEvents.Supported.Select(t => (JsonNode)Uri(t))]),
                ["events_requested"] = new JsonArray(Uri(SignalType.SessionRevoked), "urn:example:of-somebody-else"),
                ["events_delivered"] = new JsonArray(Uri(SignalType.SessionRevoked)),
                ["delivery"] = new JsonObject { ["method"] = Poll, ["endpoint_url"] = $"{SignalReceiver.Issuer}/ssf/v1/poll/{id}" },
                ["description"] = "ours",
                ["min_verification_interval"] = 10,
                ["inactivity_timeout"] = 1_209_600,
            },
            created), created.ToJsonString());
        Assert.True(JsonNode.DeepEquals(created, await world.StreamAsync("GET", "?stream_id=" + id)));
        Assert.True(JsonNode.DeepEquals(new JsonArray(created.DeepClone()), await world.StreamAsync("GET", null)));
        await world.RefusedAsync(HttpStatusCode.Conflict, "POST", "/ssf/v1/stream", []);

        // What is left out stays, and what the bridge says may be repeated.
        var patched = (await world.StreamAsync("PATCH", null, new JsonObject
        {
            ["stream_id"] = id, ["iss"] = SignalReceiver.Issuer, ["events_delivered"] = created["events_delivered"]!.DeepClone(),
            ["events_requested"] = new JsonArray(Uri(SignalType.AccountPurged)),
        })).AsObject();
        Assert.Equal([Uri(SignalType.AccountPurged)], patched["events_delivered"]!.AsArray().Select(e => (string)e!));
        Assert.Equal("ours", (string)patched["description"]!);

        var replaced = patched.DeepClone().AsObject();
        replaced.Remove("description");
        replaced["delivery"] = new JsonObject { ["method"] = Push, ["endpoint_url"] = world.Receiver.Url };
        replaced = (await world.StreamAsync("PUT", null, replaced)).AsObject();
        Assert.False(replaced.ContainsKey("description"));
        Assert.Equal((Push, world.Receiver.Url), ((string)replaced["delivery"]!["method"]!, (string)replaced["delivery"]!["endpoint_url"]!));

        Assert.Equal(HttpStatusCode.NoContent, (await world.SendAsync("DELETE", "/ssf/v1/stream?stream_id=" + id)).Status);
        await world.RefusedAsync(HttpStatusCode.NotFound, "GET", "/ssf/v1/stream?stream_id=" + id);
        await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", []);
    }

    [Fact]
    public async Task Stream_of_another_client_or_of_the_configuration_is_not_found()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite, signals => signals["streams"] = new JsonObject
        {
            ["okta"] = new JsonObject { ["endpoint"] = "https://okta.example/events", ["audience"] = "https://okta.example", ["events"] = new JsonArray(Uri(SignalType.SessionRevoked)) },
        });
        var id = (string)(await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", []))["stream_id"]!;
        var other = await world.Bridge.TokenAsync("strict", "other", "ssf.manage");

        foreach (var (secret, stream) in new[] { (other, id), (world.Secret, "okta"), (world.Secret, "nobody") })
        {
            foreach (var (method, path, body) in new (string, string, JsonObject?)[]
            {
                ("GET", "/ssf/v1/stream?stream_id=" + stream, null),
                ("PATCH", "/ssf/v1/stream", new() { ["stream_id"] = stream, ["description"] = "x" }),
                ("PUT", "/ssf/v1/stream", new() { ["stream_id"] = stream }),
                ("DELETE", "/ssf/v1/stream?stream_id=" + stream, null),
                ("GET", "/ssf/v1/status?stream_id=" + stream, null),
                ("POST", "/ssf/v1/status", new() { ["stream_id"] = stream, ["status"] = "disabled" }),
                ("POST", "/ssf/v1/verify", new() { ["stream_id"] = stream }),
                ("POST", "/ssf/v1/subjects:add", new() { ["stream_id"] = stream, ["subject"] = Opaque("x") }),
                ("POST", "/ssf/v1/subjects:remove", new() { ["stream_id"] = stream, ["subject"] = Opaque("x") }),
                ("POST", "/ssf/v1/poll/" + stream, []),
            })
                await world.RefusedAsync(HttpStatusCode.NotFound, method, path, body, secret);
        }

        Assert.Equal(new JsonArray().ToJsonString(), (await world.SendAsync("GET", "/ssf/v1/stream", secret: other)).Body!.ToJsonString());
    }

    [Fact]
    public async Task Who_may_not_is_refused()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        var reader = await world.Bridge.TokenAsync("strict", "receiver", "ssf.read");
        var stranger = await world.Bridge.TokenAsync("strict", "receiver", "scim.read", "scim.write");
        var id = (string)(await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", []))["stream_id"]!;

        await world.RefusedAsync(HttpStatusCode.Unauthorized, "GET", "/ssf/v1/stream", secret: null);
        await world.RefusedAsync(HttpStatusCode.Forbidden, "GET", "/ssf/v1/stream", secret: stranger);
        await world.RefusedAsync(HttpStatusCode.Forbidden, "POST", "/ssf/v1/stream", [], reader);
        await world.RefusedAsync(HttpStatusCode.Forbidden, "DELETE", "/ssf/v1/stream?stream_id=" + id, secret: reader);
        await world.RefusedAsync(HttpStatusCode.Forbidden, "POST", "/ssf/v1/verify", new() { ["stream_id"] = id }, reader);
        await world.RefusedAsync(HttpStatusCode.Forbidden, "GET", "/admin/v1/streams", secret: world.Secret);
        Assert.Equal(HttpStatusCode.OK, (await world.SendAsync("GET", "/ssf/v1/status?stream_id=" + id, secret: reader)).Status);
        Assert.Equal(HttpStatusCode.OK, (await world.PollAsync(id, new() { ["returnImmediately"] = true }, reader)).Status);
    }

    [Theory]
    [InlineData("""{ "delivery": { "method": "urn:ietf:rfc:8935" } }""")]
    [InlineData("""{ "delivery": { "method": "carrier-pigeon" } }""")]
    [InlineData("""{ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": "http://receiver.example/events" } }""")]
    [InlineData("""{ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": "https://me:pass@receiver.example/events" } }""")]
    [InlineData("""{ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": "https://10.0.0.1/events" } }""")]
    [InlineData("""{ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": "https://[::1]/events" } }""")]
    [InlineData("""{ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": "https://169.254.169.254/latest" } }""")]
    [InlineData("""{ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": "https://receiver.example/events", "authorization_header": "Bearer x" } }""")]
    [InlineData("""{ "delivery": "push" }""")]
    [InlineData("""{ "events_requested": "all" }""")]
    [InlineData("""{ "events_requested": [7] }""")]
    [InlineData("""{ "description": 7 }""")]
    [InlineData("""{ """)]
    [InlineData("""[]""")]
    public async Task Stream_that_makes_no_sense_is_refused(string body)
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite, signals => signals.Remove("sealKey"), allowsPrivate: false);

        Assert.Equal(HttpStatusCode.BadRequest, (await world.SendAsync("POST", "/ssf/v1/stream", body)).Status);
    }

    [Theory]
    [InlineData("iss", "https://somebody.example")]
    [InlineData("aud", "somebody")]
    [InlineData("min_verification_interval", 1)]
    public async Task What_is_the_bridges_to_say_cannot_be_changed(string name, object value)
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        var id = (string)(await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", []))["stream_id"]!;

        await world.RefusedAsync(HttpStatusCode.BadRequest, "PATCH", "/ssf/v1/stream", new() { ["stream_id"] = id, [name] = JsonValue.Create(value) });
        await world.RefusedAsync(HttpStatusCode.BadRequest, "PUT", "/ssf/v1/stream", new() { [name] = JsonValue.Create(value) });
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Receiver_polls_what_happened_until_it_acknowledges_it(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var id = (string)(await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", new()
        {
            ["events_requested"] = new JsonArray(Uri(SignalType.ResourceCreated), Uri(SignalType.ResourceDeleted)),
        }))["stream_id"]!;
        var user = await world.Bridge.UserAsync("mira");
        await world.Bridge.UserAsync("anna");
        (await world.Bridge.DeleteAsync("/Users/" + user)).Is(HttpStatusCode.NoContent);

        var first = await world.FetchAsync(id, new() { ["maxEvents"] = 2 });
        Assert.True(first.More);
        Assert.Equal(["create", "create"], first.Sets.Select(s => s.Event));
        Assert.True(JsonNode.DeepEquals(new JsonObject { ["format"] = "scim", ["uri"] = "/Users/" + user }, first.Sets[0].Claims["sub_id"]), first.Sets[0].Claims.ToJsonString());
        Assert.Contains("userName", first.Sets[0].Payload["attributes"]!.AsArray().Select(a => (string)a!));

        // Nothing was acknowledged: the same tokens come again.
        var again = await world.FetchAsync(id, new() { ["maxEvents"] = 2 });
        Assert.Equal(first.Sets.Select(s => s.Text), again.Sets.Select(s => s.Text));

        // Acknowledging alone: no events.
        var none = await world.FetchAsync(id, new() { ["maxEvents"] = 0, ["ack"] = new JsonArray(first.Sets[0].Id) });
        Assert.Empty(none.Sets);
        var rest = await world.FetchAsync(id, new()
        {
            ["ack"] = new JsonArray("unknown"),
            ["setErrs"] = new JsonObject { [first.Sets[1].Id] = new JsonObject { ["err"] = "invalid_audience", ["description"] = "mira.holt@corp.example" } },
        });
        var last = Assert.Single(rest.Sets);
        Assert.Equal(("delete", false), (last.Event, rest.More));
        var end = await world.FetchAsync(id, new() { ["ack"] = new JsonArray(last.Id), ["returnImmediately"] = true });
        Assert.Empty(end.Sets);

        var admin = await world.Bridge.TokenAsync("strict", "ops", "admin.read");
        await world.RefusedAsync(HttpStatusCode.NotFound, "GET", "/admin/v1/streams/nobody/refused", secret: admin);
        var refused = Assert.Single((await world.SendAsync("GET", $"/admin/v1/streams/{id}/refused", secret: admin)).Body!["refused"]!.AsArray())!;
        Assert.Equal((first.Sets[1].Id, "setErrs: invalid_audience."), ((string)refused["jti"]!, (string)refused["reason"]!));
    }

    [Fact]
    public async Task Poll_waits_until_something_happens_and_one_of_a_stream_at_a_time()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        var id = (string)(await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", []))["stream_id"]!;

        var clock = Stopwatch.StartNew();
        var waiting = world.FetchAsync(id, []);
        await Task.Delay(700);
        Assert.False(waiting.IsCompleted);
        Assert.Empty((await world.FetchAsync(id, [])).Sets);
        await world.Bridge.UserAsync("mira");

        Assert.Equal(["create"], (await waiting).Sets.Select(s => s.Event));
        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(700), TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("""{ "maxEvents": -1 }""")]
    [InlineData("""{ "maxEvents": "all" }""")]
    [InlineData("""{ "returnImmediately": "yes" }""")]
    [InlineData("""{ "ack": "all" }""")]
    [InlineData("""{ "ack": [1] }""")]
    [InlineData("""{ "setErrs": [] }""")]
    public async Task Poll_that_makes_no_sense_is_refused(string body)
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);
        var id = (string)(await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", []))["stream_id"]!;

        Assert.Equal(HttpStatusCode.BadRequest, (await world.SendAsync("POST", "/ssf/v1/poll/" + id, body)).Status);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Receiver_is_pushed_to_with_its_credential_which_is_stored_sealed_and_never_shown(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var created = await world.PushAsync("Bearer of-the-receiver");
        var id = (string)created["stream_id"]!;
        Assert.False(created["delivery"]!.AsObject().ContainsKey("authorization_header"));

        await world.OkAsync(HttpStatusCode.NoContent, "POST", "/ssf/v1/verify", new() { ["stream_id"] = id, ["state"] = "VGhpcyBpcw==" });
        await world.RefusedAsync(HttpStatusCode.TooManyRequests, "POST", "/ssf/v1/verify", new() { ["stream_id"] = id });
        var verification = Assert.Single(await world.HeardAsync(1));
        Assert.Equal(("verification", "VGhpcyBpcw==", "Bearer of-the-receiver"), (verification.Event, (string)verification.Payload["state"]!, verification.Authorization!));
        Assert.True(JsonNode.DeepEquals(new JsonObject { ["format"] = "opaque", ["id"] = id }, verification.Claims["sub_id"]));

        var user = await world.Bridge.UserAsync("mira", u => u["active"] = true);
        (await world.Bridge.PatchAsync("/Users/" + user, ApiBridge.Operation("replace", "active", false))).Is(HttpStatusCode.OK);
        var heard = await world.HeardAsync(6);
        Assert.Equal(["verification", "create", "patch", "account-disabled", "session-revoked", "deactivate"], heard.Select(p => p.Event));
        Assert.Equal("system", (string)heard[4].Payload["initiating_entity"]!);

        var stored = await world.Bridge.Database.ReadAsync(s => SignalStreamStore.FindAsync(s, id, Never), Never);
        var plain = Encoding.UTF8.GetString(Convert.FromBase64String(stored!.Credential!));
        Assert.DoesNotContain("of-the-receiver", stored.Credential + plain, StringComparison.Ordinal);

        // Elsewhere it does not go.
        var patched = await world.StreamAsync("PATCH", null, new JsonObject
        {
            ["stream_id"] = id, ["delivery"] = new JsonObject { ["method"] = Push, ["endpoint_url"] = world.Receiver.Url + "?other" },
        });
        Assert.Equal(world.Receiver.Url + "?other", (string)patched["delivery"]!["endpoint_url"]!);
        await world.Bridge.UserAsync("anna");
        Assert.Equal("", (await world.HeardAsync(7))[6].Authorization);
    }

    [Fact]
    public async Task Host_that_resolves_to_the_inside_is_not_called_and_administrators_see_why()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite, allowsPrivate: false);
        await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", new()
        {
            ["delivery"] = new JsonObject { ["method"] = Push, ["endpoint_url"] = world.Receiver.Url.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal) },
        });
        await world.Bridge.UserAsync("mira");

        var admin = await world.Bridge.TokenAsync("strict", "ops", "admin.read");
        var failure = await world.UntilAsync(async () =>
            (string?)(await world.SendAsync("GET", "/admin/v1/streams", secret: admin)).Body!["streams"]![0]!["failure"] is { } said ? said : null);

        Assert.Contains("allowPrivateAddresses", failure, StringComparison.Ordinal);
        Assert.Empty(world.Receiver.Pushes);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Paused_stream_is_told_later_and_the_receiver_hears_who_paused_it(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var id = (string)(await world.PushAsync())["stream_id"]!;
        var operate = await world.Bridge.TokenAsync("strict", "ops", "admin.operate", "admin.read");

        // The receiver itself: nothing is told of it.
        var status = await world.OkAsync(HttpStatusCode.OK, "POST", "/ssf/v1/status", new() { ["stream_id"] = id, ["status"] = "paused", ["reason"] = "a holiday" });
        Assert.Equal(("paused", "a holiday"), ((string)status["status"]!, (string)status["reason"]!));
        await world.Bridge.UserAsync("mira");
        await Task.Delay(500);
        Assert.Empty(world.Receiver.Pushes);
        await world.OkAsync(HttpStatusCode.OK, "POST", "/ssf/v1/status", new() { ["stream_id"] = id, ["status"] = "enabled" });
        Assert.Equal(["create"], (await world.HeardAsync(1)).Select(p => p.Event));

        // Somebody else: it is told, though it is told nothing else.
        Assert.Equal(HttpStatusCode.OK, (await world.SendAsync("POST", $"/admin/v1/streams/{id}/status", """{ "status": "disabled", "reason": "no contract" }""", operate)).Status);
        await world.Bridge.UserAsync("anna");
        var updated = (await world.HeardAsync(2))[1];
        Assert.Equal(("stream-updated", "disabled", "no contract"), (updated.Event, (string)updated.Payload["status"]!, (string)updated.Payload["reason"]!));
        Assert.Equal("disabled", (string)(await world.SendAsync("GET", "/ssf/v1/status?stream_id=" + id)).Body!["status"]!);
        await world.RefusedAsync(HttpStatusCode.BadRequest, "POST", "/ssf/v1/status", new() { ["stream_id"] = id, ["status"] = "asleep" });
        await world.RefusedAsync(HttpStatusCode.NotFound, "POST", "/admin/v1/streams/nobody/status", new() { ["status"] = "paused" }, operate);

        await world.OkAsync(HttpStatusCode.OK, "POST", "/ssf/v1/status", new() { ["stream_id"] = id, ["status"] = "enabled" });
        await world.Bridge.UserAsync("bo");
        var last = (await world.HeardAsync(3))[2];
        Assert.Equal("/Users/" + await world.Bridge.FindAsync("bo"), (string)last.Claims["sub_id"]!["uri"]!);
    }

    [Fact]
    public async Task Neither_what_a_receiver_says_nor_who_is_meant_is_logged()
    {
        var log = new ConcurrentQueue<string>();
        await using var world = await World.StartAsync(DatabaseKind.Sqlite, log: log);
        world.Receiver.Answer = _ => (400, "invalid_request");
        await world.PushAsync("Bearer of-the-receiver");
        await world.Bridge.UserAsync("mira.holt@corp.example");

        await world.UntilAsync(() => Task.FromResult(log.Any(l => l.Contains("invalid_request", StringComparison.Ordinal)) ? "" : null));

        Assert.All(log, l => Assert.DoesNotMatch("(?i)mira|holt|of-the-receiver", l));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Receiver_hears_of_everybody_but_those_whom_it_removed_until_it_adds_them_again(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var stream = (string)(await world.OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", new()
        {
            ["events_requested"] = new JsonArray(Uri(SignalType.ResourceChanged), Uri(SignalType.AccountPurged)),
        }))["stream_id"]!;
        var users = new List<string>();
        foreach (var name in (string[])["mira@corp.example", "anna", "bo", "eve", "kim"])
            users.Add(await world.Bridge.UserAsync(name));
        Task ChangeAsync(string verb, JsonNode subject, HttpStatusCode status) =>
            world.OkAsync(status, "POST", "/ssf/v1/subjects:" + verb, new() { ["stream_id"] = stream, ["subject"] = subject });

        await ChangeAsync("remove", new JsonObject { ["format"] = "email", ["email"] = "MIRA@corp.example" }, HttpStatusCode.NoContent);
        await ChangeAsync("remove", new JsonObject { ["format"] = "iss_sub", ["iss"] = SignalReceiver.Issuer, ["sub"] = users[1] }, HttpStatusCode.NoContent);
        await ChangeAsync("remove", new JsonObject { ["user"] = new JsonObject { ["format"] = "scim", ["uri"] = "/Users/" + users[2] } }, HttpStatusCode.NoContent);
        await ChangeAsync("remove", Opaque(users[3]), HttpStatusCode.NoContent);
        await ChangeAsync("remove", Opaque(users[3]), HttpStatusCode.NoContent);
        // Whom somebody else names is somebody else, and who is not there is not told apart.
        await ChangeAsync("remove", new JsonObject { ["format"] = "iss_sub", ["iss"] = "https://login.example", ["sub"] = users[4] }, HttpStatusCode.NoContent);
        await ChangeAsync("remove", Opaque("nobody"), HttpStatusCode.NoContent);
        await ChangeAsync("remove", new JsonObject { ["format"] = "email", ["email"] = "nobody@corp.example" }, HttpStatusCode.NoContent);
        await world.RefusedAsync(HttpStatusCode.BadRequest, "POST", "/ssf/v1/subjects:remove", new() { ["stream_id"] = stream, ["subject"] = new JsonObject { ["format"] = "phone_number", ["phone_number"] = "+4512345678" } });
        await world.RefusedAsync(HttpStatusCode.BadRequest, "POST", "/ssf/v1/subjects:add", new() { ["stream_id"] = stream });
        foreach (var user in users)
            (await world.Bridge.PatchAsync("/Users/" + user, ApiBridge.Operation("replace", "title", "Lead"))).Is(HttpStatusCode.OK);
        await ChangeAsync("add", Opaque(users[3]), HttpStatusCode.OK);
        foreach (var user in users)
            (await world.Bridge.DeleteAsync("/Users/" + user)).Is(HttpStatusCode.NoContent);

        var heard = await world.FetchAsync(stream, new() { ["returnImmediately"] = true });

        Assert.Equal(
            [("patch", users[4]), ("account-purged", users[3]), ("account-purged", users[4])],
            heard.Sets.Select(s => (s.Event, (string?)s.Claims["sub_id"]!["sub"] ?? ((string)s.Claims["sub_id"]!["uri"]!).Split('/')[^1])));
    }

    private static JsonObject Opaque(string id) => new() { ["format"] = "opaque", ["id"] = id };

    private static string Uri(SignalType type) => SignalEvents.UriOf(type);

    /// <summary>A serving bridge that transmits, a client of it, and a receiver.</summary>
    private sealed class World : IAsyncDisposable
    {
        private const string Own = "own";
        private readonly HttpClient _http = new();

        private World(ApiBridge bridge, SignalReceiver receiver)
        {
            Bridge = bridge;
            Receiver = receiver;
        }

        public ApiBridge Bridge { get; }

        public SignalReceiver Receiver { get; }

        public string Secret { get; private set; } = "";

        public static async Task<World> StartAsync(
            DatabaseKind kind, Action<JsonObject>? adjust = null, bool allowsPrivate = true, ConcurrentQueue<string>? log = null)
        {
            var bridge = await ApiBridge.StartAsync(
                kind,
                adjust: json =>
                {
                    var signals = new JsonObject
                    {
                        ["issuer"] = SignalReceiver.Issuer,
                        ["clients"] = new JsonObject { ["receiver"] = new JsonObject { ["audience"] = SignalReceiver.Audience } },
                        ["sealKey"] = new JsonObject { ["value"] = "0123456789abcdef0123456789abcdef" },
                        ["allowPrivateAddresses"] = allowsPrivate,
                    };
                    adjust?.Invoke(signals);
                    json["signals"] = signals;
                },
                services: services =>
                {
                    if (log is not null)
                        services.AddSingleton<ILoggerProvider>(new Listener(log));
                });
            var world = new World(bridge, await SignalReceiver.StartAsync()) { Secret = await bridge.TokenAsync("strict", "receiver", "ssf.manage") };
            world.Receiver.Keys = () => world._http.GetStringAsync(new Uri(new Uri(bridge.Url), "/.well-known/jwks.json"));
            return world;
        }

        /// <summary>Sends a request, as the receiver's client unless told otherwise.</summary>
        public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(string method, string path, string? body = null, string? secret = Own)
        {
            secret = secret == Own ? Secret : secret;
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(new Uri(Bridge.Url), path));
            if (secret is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await _http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
        }

        public async Task<JsonNode> StreamAsync(string method, string? query, JsonObject? body = null)
        {
            var (status, answer) = await SendAsync(method, "/ssf/v1/stream" + query, body?.ToJsonString(), Secret);
            Assert.True(status == HttpStatusCode.OK, $"{status}: {answer?.ToJsonString()}");
            return answer!;
        }

        public async Task<JsonObject> OkAsync(HttpStatusCode expected, string method, string path, JsonObject body)
        {
            var (status, answer) = await SendAsync(method, path, body.ToJsonString(), Secret);
            Assert.True(status == expected, $"{status}: {answer?.ToJsonString()}");
            return answer as JsonObject ?? [];
        }

        public async Task RefusedAsync(HttpStatusCode expected, string method, string path, JsonObject? body = null, string? secret = Own)
        {
            var (status, answer) = await SendAsync(method, path, body?.ToJsonString(), secret);
            Assert.True(status == expected, $"{method} {path} {status}: {answer?.ToJsonString()}");
        }

        public Task<(HttpStatusCode Status, JsonNode? Body)> PollAsync(string id, JsonObject body, string secret) =>
            SendAsync("POST", "/ssf/v1/poll/" + id, body.ToJsonString(), secret);

        /// <summary>Polls, and believes what comes.</summary>
        public async Task<(IReadOnlyList<Push> Sets, bool More)> FetchAsync(string id, JsonObject body)
        {
            var (status, answer) = await PollAsync(id, body, Secret);
            Assert.True(status == HttpStatusCode.OK, $"{status}: {answer?.ToJsonString()}");
            var sets = new List<Push>();
            foreach (var (jti, token) in answer!["sets"]!.AsObject())
            {
                var push = await Receiver.BelieveAsync((string)token!);
                Assert.Equal(jti, push.Id);
                sets.Add(push);
            }

            return (sets, (bool)answer["moreAvailable"]!);
        }

        /// <summary>Makes a stream that is pushed to the receiver.</summary>
        public Task<JsonObject> PushAsync(string? authorization = null)
        {
            var delivery = new JsonObject { ["method"] = Push, ["endpoint_url"] = Receiver.Url };
            if (authorization is not null)
                delivery["authorization_header"] = authorization;
            return OkAsync(HttpStatusCode.Created, "POST", "/ssf/v1/stream", new() { ["delivery"] = delivery });
        }

        /// <summary>Waits until so many were heard.</summary>
        public async Task<IReadOnlyList<Push>> HeardAsync(int count)
        {
            await UntilAsync(() => Task.FromResult(Receiver.Heard.Count >= count ? "" : null));
            Assert.Equal(count, Receiver.Heard.Count);
            return Receiver.Heard;
        }

        public async Task<string> UntilAsync(Func<Task<string?>> look)
        {
            for (var i = 0; i < 1_000; i++)
            {
                if (await look() is { } seen)
                    return seen;
                await Task.Delay(30);
            }

            Assert.Fail($"It never came to be; {Receiver.Pushes.Count} pushes: {string.Join(' ', Receiver.Pushes.Select(p => p.Event))}");
            return "";
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await Bridge.DisposeAsync();
            await Receiver.DisposeAsync();
        }
    }

    private sealed class Listener(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
            // There is nothing to let go of.
        }
    }
}
