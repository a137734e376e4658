using System.Collections.Concurrent;
using System.Security.Cryptography;
using NodaTime;
using ScimBridge.Connectors.Signals;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Pushes security event tokens to the receiver of a stream (RFC 8935), in the order in which things happened: while the receiver takes nothing, all of
/// it waits. At least once, with a <c>jti</c> by which a repetition is known.
/// </summary>
public sealed class Transmit : IDrain, IDisposable
{
    /// <summary>How long what was not taken is kept, so that somebody can look at it.</summary>
    internal static readonly Duration Remembered = Duration.FromDays(30);

    /// <summary>Why a signal is not told of which no token can be made.</summary>
    internal const string Untellable = "The receiver could not know who is meant: the account has no address, or is no more.";

    private const int AtOnce = 50;

    // Receivers may keep the keys of the bridge for a while: who does not know a new one yet will know it soon. Tries until then: 17 to 34 minutes.
    private const int KeyTries = 7;

    // The first wait is 8 to 16 seconds.
    private const int FirstWait = 4;
    private static readonly Duration LongestWait = Duration.FromHours(1);

    // Longer than a weekend.
    private static readonly Duration Patience = Duration.FromDays(4);
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<(string Endpoint, TimeSpan Timeout, bool AllowPrivate), PushClient> _clients = new();
    private readonly SignalsOptions? _options;
    private readonly SecurityEventTokens _tokens;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<Transmit> _log;

    /// <summary>Creates the drain.</summary>
    public Transmit(
        BridgeConfiguration configuration, SecurityEventTokens tokens, Database database, IClock clock, TimeProvider time, ILogger<Transmit> log)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _options = configuration.Options.Signals;
        _tokens = tokens;
        _database = database;
        _clock = clock;
        _time = time;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Transmit;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        while (true)
        {
            var (stream, waiting) = await _database.ReadAsync(
                async s => await SignalStreamStore.FindAsync(s, name, cancel) is { } found
                    ? (found, await SignalStore.WaitingAsync(s, found, AtOnce, cancel))
                    : ((SignalStreamRow?)null, []),
                cancel);
            if (_options is null || stream?.Endpoint is null || waiting.Count == 0)
                return null;
            if (stream.RetryAt is { } at && at > _clock.GetCurrentInstant().ToMicroseconds())
                return Microseconds.ToInstant(at);
            foreach (var (queued, token) in await _tokens.OfAsync(stream, waiting, cancel))
            {
                // Whoever pauses a stream, or sends it elsewhere, is heard at once.
                if (await _database.ReadAsync(s => SignalStreamStore.FindAsync(s, name, cancel), cancel) is not { } current
                    || (current.Status, current.Endpoint, current.Credential) != (stream.Status, stream.Endpoint, stream.Credential))
                    break;
                if (token is null)
                {
                    await RefuseAsync(stream, queued, Untellable, lease, cancel);
                    _log.SignalUntellable(queued.Id, stream.Id);
                }
                else if (await PushAsync(current, queued, token, lease, cancel) is { } next)
                    return next;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    // Answers when to go on; null for at once.
    private async Task<Instant?> PushAsync(SignalStreamRow stream, QueuedSignal queued, string token, Lease lease, CancellationToken cancel)
    {
        var (authorization, unread) = AuthorizationOf(stream);
        var outcome = unread ?? await ClientOf(stream).PushAsync(token, authorization, cancel);
        if (outcome is Outcome.Done)
        {
            await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    await SignalStore.TakenAsync(s, stream.Id, [queued.Id], cancel);
                    await SignalStreamStore.TakenAsync(s, stream.Id, cancel);
                },
                cancel);
            return null;
        }

        var (reason, after) = outcome switch
        {
            Outcome.Retry retry => (retry.Reason, retry.After),
            Outcome.Stop stop => (stop.Reason, null),
            Outcome.Rejected rejected => (rejected.Reason, (TimeSpan?)null),
            _ => (outcome.GetType().Name, null),
        };
        // Tries for the sake of a key are counted apart: who was away for long has not had the time to fetch one.
        var isOfKey = outcome.Failure?.Code == PushClient.InvalidKey;
        var attempts = isOfKey == stream.Failure?.Contains(PushClient.InvalidKey, StringComparison.Ordinal) ? stream.Attempts : 0;
        var waitsForKey = isOfKey && attempts < KeyTries;
        var now = _clock.GetCurrentInstant();
        if (outcome is Outcome.Rejected && !waitsForKey)
        {
            await RefuseAsync(stream, queued, reason, lease, cancel);
            _log.SignalRefused(queued.Id, stream.Id, reason);
            return null;
        }

        // Spread by chance: many may wait for the same receiver.
        var jitter = RandomNumberGenerator.GetInt32(1000) / 1000.0;
        var wait = after is { } asked && asked > TimeSpan.Zero
            ? Duration.FromTimeSpan(asked)
            : Settlement.Wait(attempts + FirstWait, jitter, LongestWait);
        var givenUp = await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await SignalStreamStore.WaitAsync(s, stream.Id, (now + wait).ToMicroseconds(), attempts + 1, reason, cancel);
                return await SignalStore.GiveUpAsync(s, stream.Id, (now - Patience).ToMicroseconds(), reason, cancel);
            },
            cancel);
        _log.SignalNotTaken(queued.Id, stream.Id, reason);
        if (givenUp > 0)
            _log.SignalsGivenUp(givenUp, stream.Id, reason);
        return now + wait;
    }

    private Task RefuseAsync(SignalStreamRow stream, QueuedSignal queued, string reason, Lease lease, CancellationToken cancel) => _database.WriteAsync(
        async s =>
        {
            await lease.HoldAsync(s, cancel);
            await SignalStore.RefuseAsync(s, stream.Id, queued.Id, reason, cancel);
            await SignalStore.ForgetAsync(s, stream.Id, (_clock.GetCurrentInstant() - Remembered).ToMicroseconds(), cancel);
        },
        cancel);

    // What a receiver handed in is sealed; what the configuration says is read where it lies.
    private (string? Authorization, Outcome? Unread) AuthorizationOf(SignalStreamRow stream)
    {
        var authorization = stream switch
        {
            { Owner: null } => _options!.Streams.GetValueOrDefault(stream.Id)?.Authorization?.Read(),
            { Credential: { } credential } when _options!.SealKey is { } key => new CredentialSeal(key).Open(stream.Id, credential),
            _ => null,
        };
        var isWanted = stream.Credential is not null || _options!.Streams.GetValueOrDefault(stream.Id)?.Authorization is not null;
        return authorization is null && isWanted ? (null, new Outcome.Stop("What is to be sent as Authorization cannot be had.")) : (authorization, null);
    }

    private PushClient ClientOf(SignalStreamRow stream)
    {
        var declared = stream.Owner is null ? _options!.Streams.GetValueOrDefault(stream.Id) : null;
        var timeout = declared is null ? ClientTimeout : TimeSpan.FromSeconds(declared.TimeoutSeconds);
        var allowsPrivate = declared?.AllowPrivateAddresses ?? _options!.AllowPrivateAddresses;
        return _clients.GetOrAdd(
            (stream.Endpoint!, timeout, allowsPrivate), key => new PushClient(new Uri(key.Endpoint), key.Timeout, key.AllowPrivate, _time));
    }
}
