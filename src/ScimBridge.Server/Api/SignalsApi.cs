using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// The transmitter of Shared Signals (OpenID SSF 1.0, 7 and 8): what it is, and the streams that receivers make, look after and fetch from (RFC 8936).
/// Each client sees its own stream and no other; those of the configuration are nobody's here.
/// </summary>
internal static class SignalsApi
{
    private const string Base = "/ssf/v1";
    private const int MaxSize = 262_144;
    private static readonly Duration VerificationInterval = Duration.FromSeconds(10);

    public static void Map(WebApplication app, BridgeOptions options)
    {
        var issuer = new Uri(SignalsOptions.IssuerOf(options)!);
        // SSF 1.0, 7.2: the path of the issuer comes behind the well-known one.
        const string wellKnown = "/.well-known/ssf-configuration";
        foreach (var path in new[] { wellKnown, wellKnown + issuer.AbsolutePath.TrimEnd('/') }.Distinct(StringComparer.Ordinal))
            app.MapGet(path, DescribeAsync).AllowAnonymous();

        var read = app.MapGroup(Base).RequireAuthorization(Scopes.SsfRead);
        read.MapGet("stream", GetAsync);
        read.MapGet("status", GetStatusAsync);
        read.MapPost("poll/{id}", PollApi.PollAsync);
        var manage = app.MapGroup(Base).RequireAuthorization(Scopes.SsfManage);
        manage.MapPost("stream", CreateAsync);
        manage.MapPatch("stream", (HttpContext http, BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm, CancellationToken cancel) =>
            ChangeAsync(http, configuration, database, clock, alarm, isWhole: false, cancel));
        manage.MapPut("stream", (HttpContext http, BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm, CancellationToken cancel) =>
            ChangeAsync(http, configuration, database, clock, alarm, isWhole: true, cancel));
        manage.MapDelete("stream", DeleteAsync);
        manage.MapPost("status", SetStatusAsync);
        manage.MapPost("verify", VerifyAsync);
        manage.MapPost("subjects:add", SubjectsApi.AddAsync);
        manage.MapPost("subjects:remove", SubjectsApi.RemoveAsync);
    }

    /// <summary>Where a receiver fetches what its stream is told.</summary>
    public static string PollUrl(BridgeOptions options, string stream) => $"{Root(options)}{Base}/poll/{Uri.EscapeDataString(stream)}";

    /// <summary>How often a receiver may ask for a verification.</summary>
    public static int MinVerificationSeconds => (int)VerificationInterval.TotalSeconds;

    /// <summary>The stream with that id, where the caller made it.</summary>
    /// <exception cref="ScimException">404.</exception>
    public static async Task<SignalStreamRow> FindAsync(HttpContext http, Session session, string? id, CancellationToken cancel) =>
        id is not null && await SignalStreamStore.FindAsync(session, id, cancel) is { Owner: { } owner } stream && owner == Caller.Of(http).Name
            ? stream
            : throw ScimError.NotFound("There is no such stream.").AsException();

    /// <summary>Reads a body that is a JSON object.</summary>
    /// <exception cref="ScimException">400 or 413.</exception>
    public static async Task<JsonObject> BodyAsync(HttpContext http, CancellationToken cancel) =>
        JsonBody.Parse(await HrisBody.ReadAsync(http.Request, MaxSize, cancel));

    /// <summary>A text of a body; null where there is none.</summary>
    /// <exception cref="ScimException">400: it is no text, or too long.</exception>
    public static string? Text(JsonObject body, string name, int longest)
    {
        if (body[name] is not { } node)
            return null;
        return node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length <= longest
            ? text
            : throw ScimError.InvalidValue($"{name} must be a string of {longest} characters at most.").AsException();
    }

    private static string Root(BridgeOptions options) => (options.Server.PublicUrl ?? SignalsOptions.IssuerOf(options)!).TrimEnd('/');

    private static Task DescribeAsync(HttpContext http, BridgeConfiguration configuration)
    {
        var (options, root) = (configuration.Options, Root(configuration.Options));
        http.Response.Headers.CacheControl = "public, max-age=300";
        return BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["spec_version"] = "1_0",
            ["issuer"] = SignalsOptions.IssuerOf(options),
            ["jwks_uri"] = root + SigningKeysApi.Path,
            ["delivery_methods_supported"] = new JsonArray(StreamDocument.Push, StreamDocument.Poll),
            ["configuration_endpoint"] = $"{root}{Base}/stream",
            ["status_endpoint"] = $"{root}{Base}/status",
            ["add_subject_endpoint"] = $"{root}{Base}/subjects:add",
            ["remove_subject_endpoint"] = $"{root}{Base}/subjects:remove",
            ["verification_endpoint"] = $"{root}{Base}/verify",
            ["authorization_schemes"] = new JsonArray(new JsonObject { ["spec_urn"] = "urn:ietf:rfc:6749" }),
            ["default_subjects"] = "ALL",
        });
    }

    private static async Task GetAsync(HttpContext http, BridgeConfiguration configuration, Database database, CancellationToken cancel)
    {
        if (http.Request.Query["stream_id"].ToString() is { Length: > 0 } id)
        {
            var stream = await database.ReadAsync(s => FindAsync(http, s, id, cancel), cancel);
            await AnswerAsync(http, StatusCodes.Status200OK, StreamDocument.Of(stream, configuration.Options));
            return;
        }

        var own = await database.ReadAsync(s => SignalStreamStore.OfOwnerAsync(s, Caller.Of(http).Name, cancel), cancel);
        await AnswerAsync(http, StatusCodes.Status200OK, new JsonArray([.. own.Select(s => (JsonNode)StreamDocument.Of(s, configuration.Options))]));
    }

    private static async Task CreateAsync(HttpContext http, BridgeConfiguration configuration, Database database, IClock clock, CancellationToken cancel)
    {
        var (caller, now) = (Caller.Of(http), clock.GetCurrentInstant());
        var signals = configuration.Options.Signals!;
        var client = signals.Clients.GetValueOrDefault(caller.Name);
        var empty = new SignalStreamRow(
            Guid.NewGuid().ToString("N"), caller.Name, client?.Audience ?? caller.Name, Endpoint: null, [], (client?.Subject ?? signals.Subject).Rule())
        {
            CreatedAt = now.ToMicroseconds(),
        };
        var stream = StreamDocument.Read(await BodyAsync(http, cancel), empty, signals, isWhole: true);
        try
        {
            await database.WriteAsync(
                async s =>
                {
                    await SignalStreamStore.AddAsync(s, stream, cancel);
                    await NoteAsync(s, "stream.created", stream.Id, caller, now, cancel);
                },
                cancel);
        }
        catch (UniquenessException)
        {
            throw ScimError.Conflict("A client has one stream, and this one has one already.").AsException();
        }

        await AnswerAsync(http, StatusCodes.Status201Created, StreamDocument.Of(stream, configuration.Options));
    }

    // PATCH keeps what is left out, PUT takes it away (SSF 1.0, 8.1.1.3 and 8.1.1.4).
    private static async Task ChangeAsync(
        HttpContext http, BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm, bool isWhole, CancellationToken cancel)
    {
        var body = await BodyAsync(http, cancel);
        var id = Text(body, "stream_id", 100) ?? throw ScimError.InvalidValue("stream_id is required.").AsException();
        var changed = await database.WriteAsync(
            async s =>
            {
                await SignalStreamStore.HoldAsync(s, id, cancel);
                var stream = await FindAsync(http, s, id, cancel);
                StreamDocument.CheckOwn(body, StreamDocument.Of(stream, configuration.Options));
                var changed = StreamDocument.Read(body, stream, configuration.Options.Signals!, isWhole);
                await SignalStreamStore.UpdateAsync(s, changed, cancel);
                await NoteAsync(s, "stream.updated", id, Caller.Of(http), clock.GetCurrentInstant(), cancel);
                return changed;
            },
            cancel);
        alarm.Wake(new DrainKey(DrainKind.Transmit, id));
        await AnswerAsync(http, StatusCodes.Status200OK, StreamDocument.Of(changed, configuration.Options));
    }

    private static async Task DeleteAsync(HttpContext http, Database database, IClock clock, CancellationToken cancel)
    {
        var id = http.Request.Query["stream_id"].ToString();
        await database.WriteAsync(
            async s =>
            {
                await FindAsync(http, s, id, cancel);
                await SignalStreamStore.DeleteAsync(s, id, cancel);
                await NoteAsync(s, "stream.deleted", id, Caller.Of(http), clock.GetCurrentInstant(), cancel);
            },
            cancel);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task GetStatusAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var stream = await database.ReadAsync(s => FindAsync(http, s, http.Request.Query["stream_id"].ToString(), cancel), cancel);
        await AnswerAsync(http, StatusCodes.Status200OK, StatusOf(stream));
    }

    private static async Task SetStatusAsync(HttpContext http, Database database, StreamStatus statuses, CancellationToken cancel)
    {
        var body = await BodyAsync(http, cancel);
        var stream = await database.ReadAsync(s => FindAsync(http, s, Text(body, "stream_id", 100), cancel), cancel);
        var status = StreamDocument.StatusOf(body);
        var caller = Caller.Of(http);
        await statuses.SetAsync(stream.Id, status, Text(body, "reason", 1_000), caller.Actor, caller.Correlation, tells: false, cancel);
        await AnswerAsync(http, StatusCodes.Status200OK, StatusOf(await database.ReadAsync(s => FindAsync(http, s, stream.Id, cancel), cancel)));
    }

    private static async Task VerifyAsync(HttpContext http, Database database, IClock clock, IAlarm alarm, CancellationToken cancel)
    {
        var body = await BodyAsync(http, cancel);
        var (id, state, now) = (Text(body, "stream_id", 100), Text(body, "state", 1_000), clock.GetCurrentInstant());
        await database.WriteAsync(
            async s =>
            {
                var stream = await FindAsync(http, s, id, cancel);
                if (!await SignalStreamStore.VerifyAsync(s, stream.Id, now.ToMicroseconds(), (now - VerificationInterval).ToMicroseconds(), cancel))
                    throw ScimError.TooManyRequests($"A verification can be asked for every {MinVerificationSeconds} seconds.").AsException();
                // A stream that is disabled keeps nothing for later.
                if (stream.Status == SignalStreamRow.Disabled)
                    throw ScimError.InvalidValue("The stream is disabled.").AsException();
                var verification = new Signal(SignalType.Verification, "Stream", stream.Id, now, Caller.Of(http).Correlation) { Notice = new(State: state) };
                await SignalStore.AppendAsync(s, stream.Id, verification, cancel);
            },
            cancel);
        alarm.Wake(new DrainKey(DrainKind.Transmit, id!));
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static JsonObject StatusOf(SignalStreamRow stream)
    {
        var status = new JsonObject { ["stream_id"] = stream.Id, ["status"] = stream.Status };
        if (stream.Reason is not null)
            status["reason"] = stream.Reason;
        return status;
    }

    private static Task NoteAsync(Session session, string kind, string id, Caller caller, Instant now, CancellationToken cancel) =>
        JournalStore.AppendAsync(session, [new(kind, id, caller.Actor, caller.Correlation, "{}")], now.ToMicroseconds(), cancel);

    private static Task AnswerAsync(HttpContext http, int status, JsonNode body)
    {
        http.Response.Headers.CacheControl = "no-store";
        return BatchesApi.WriteAsync(http, status, body);
    }
}
