using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Webhooks;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Tells a receiver what it is to be told, by signed webhooks. What is queued is a key: names and addresses are read when it is told, and
/// no secret is ever told. At least once, with an id by which a repetition is known.
/// </summary>
public sealed class Notify : IDrain, IDisposable
{
    private const int AtOnce = 50;

    // Longer than a weekend.
    private static readonly Duration Patience = Duration.FromDays(4);
    private static readonly Duration LongestWait = Duration.FromHours(1);
    private readonly Dictionary<string, WebhookClient> _clients;
    private readonly AccountNoticeBody _accounts;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly ILogger<Notify> _log;

    /// <summary>Creates the drain.</summary>
    public Notify(BridgeConfiguration configuration, Database database, AnswerSeal answers, IClock clock, TimeProvider time, ILogger<Notify> log)
    {
        _accounts = new AccountNoticeBody(answers, configuration.Options.Server.PublicUrl ?? configuration.Options.Server.Url);
        _clients = configuration.Options.Notifications.ToDictionary(
            n => n.Key,
            n => new WebhookClient(
                new Uri(n.Value.Url), n.Value.Keys, TimeSpan.FromSeconds(n.Value.TimeoutSeconds), n.Value.AllowPrivateAddresses, time),
            StringComparer.Ordinal);
        _database = database;
        _clock = clock;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Notify;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        var client = _clients[name];
        while (true)
        {
            var now = _clock.GetCurrentInstant();
            var due = await _database.ReadAsync(s => NotificationStore.DueAsync(s, name, now.ToMicroseconds(), AtOnce, cancel), cancel);
            foreach (var notification in due)
            {
                var body = await _database.ReadAsync(s => BodyAsync(s, notification, cancel), cancel);
                var outcome = await client.PostAsync(notification.Id, body, cancel);
                if (!await SettleAsync(notification, outcome, lease, cancel))
                    return await NextAsync(name, cancel);
            }

            if (due.Count < AtOnce)
                return await NextAsync(name, cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private async Task<Instant?> NextAsync(string name, CancellationToken cancel) =>
        await _database.ReadAsync(s => NotificationStore.NextAtAsync(s, name, cancel), cancel) is { } at ? Microseconds.ToInstant(at) : null;

    // Answers whether the receiver takes more.
    private async Task<bool> SettleAsync(Notification notification, Outcome outcome, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        if (outcome is Outcome.Done)
        {
            await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    await NotificationStore.ToldAsync(s, notification.Id, cancel);
                },
                cancel);
            return true;
        }

        var (reason, after) = outcome switch
        {
            Outcome.Retry retry => (retry.Reason, retry.After),
            Outcome.Stop stop => (stop.Reason, null),
            Outcome.Rejected rejected => (rejected.Reason, (TimeSpan?)null),
            _ => (outcome.GetType().Name, null),
        };
        // Spread by chance, as deliveries are: many receivers may have waited for the same thing.
        var jitter = RandomNumberGenerator.GetInt32(1000) / 1000.0;
        var wait = after is { } asked && asked > TimeSpan.Zero
            ? Duration.FromTimeSpan(asked)
            : Settlement.Wait(notification.Attempts + 4, jitter, LongestWait);
        var giveUp = now - Microseconds.ToInstant(notification.Event.RecordedAt) > Patience;
        var isAlone = outcome is Outcome.Rejected;
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await NotificationStore.AgainAsync(s, notification.Id, giveUp ? null : (now + wait).ToMicroseconds(), reason, cancel);
                if (!isAlone)
                    await NotificationStore.PauseAsync(s, notification.Name, (now + wait).ToMicroseconds(), cancel);
            },
            cancel);
        if (giveUp)
            _log.NotificationGivenUp(notification.Id, notification.Name, reason);
        else
            _log.NotificationNotTaken(notification.Id, notification.Name, reason);
        return isAlone;
    }

    private async Task<ReadOnlyMemory<byte>> BodyAsync(Session session, Notification notification, CancellationToken cancel)
    {
        var e = notification.Event;
        if (e.Type == JournalAnchor.EventName)
            return await AnchorAsync(session, notification, cancel);
        if (AccountNotice.All.Contains(e.Type))
            return Encoding.UTF8.GetBytes(ResourceWriter.Text(await _accounts.OfAsync(session, notification, cancel)));
        var body = new JsonObject
        {
            ["id"] = notification.Id,
            ["type"] = e.Type,
            ["source"] = notification.Source,
            ["workerId"] = e.WorkerId,
            ["resourceId"] = e.ResourceId,
            ["effectiveAt"] = Text(e.EffectiveAt),
            ["recordedAt"] = Text(e.RecordedAt),
            ["batch"] = e.BatchId,
            ["changed"] = JsonNode.Parse(e.Changed),
        };
        if (e.Type == Welcome.EventName)
            await AddPeopleAsync(session, e.ResourceId, body, cancel);
        return Encoding.UTF8.GetBytes(ResourceWriter.Text(body));
    }

    // Null where the journal was cut meanwhile, at a later anchor.
    private static async Task<ReadOnlyMemory<byte>> AnchorAsync(Session session, Notification notification, CancellationToken cancel)
    {
        var block = long.Parse(notification.Event.ResourceId, CultureInfo.InvariantCulture);
        var anchor = await JournalSealStore.AnchorsAsync(session, block - 1, 1, cancel) is [var found] && found.Block == block ? found : null;
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["id"] = notification.Id,
            ["type"] = notification.Event.Type,
            ["recordedAt"] = Text(notification.Event.RecordedAt),
            ["block"] = block,
            ["position"] = anchor?.Position,
            ["signature"] = anchor?.Signature,
        }.ToJsonString());
    }

    // The newest truth: who is the manager by now.
    private static async Task AddPeopleAsync(Session session, string resourceId, JsonObject body, CancellationToken cancel)
    {
        var user = await FindAsync(session, resourceId, cancel);
        body["user"] = Person(resourceId, user);
        if (user?[HrExtension.Urn]?["startDate"]?.GetValue<string>() is { } start)
            body["user"]!["startDate"] = start;
        var manager = user is null ? null : AccountMapping.ManagerOf(user);
        body["manager"] = manager is null ? null : Person(manager, await FindAsync(session, manager, cancel));
    }

    internal static async Task<JsonObject?> FindAsync(Session session, string id, CancellationToken cancel) =>
        (await ResourceStore.FindAsync(session, [id], cancel)).GetValueOrDefault(id) is { } row ? JsonNode.Parse(row.Body)!.AsObject() : null;

    internal static JsonObject? Person(string id, JsonObject? user) => user is null ? null : new JsonObject
    {
        ["resourceId"] = id,
        ["userName"] = user["userName"]?.DeepClone(),
        ["displayName"] = user["displayName"]?.DeepClone(),
        ["email"] = (user["emails"] as JsonArray)?.FirstOrDefault()?["value"]?.DeepClone(),
    };

    internal static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
