using NodaTime;
using ScimBridge.Connectors.Probes;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Shows of what a leaver held that it is refused, by using it: the one proof there is of what a target does not show. One that is still
/// good opens the case again.
/// </summary>
public sealed class Probes : IDisposable
{
    private readonly Dictionary<(string Target, AccessKind Kind), CredentialProbe> _probes;
    private readonly BridgeConfiguration _configuration;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;

    /// <summary>Knows where credentials of which target are used.</summary>
    public Probes(BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm)
    {
        _probes = configuration.Targets.SelectMany(t => t.Settings.Probes.Select(p => (t.Name, Kind: Words.Read<AccessKind>(p.Key), p.Value)))
            .ToDictionary(p => (p.Name, p.Kind), p => new CredentialProbe(new Uri(p.Value.Url), p.Value.Header, p.Value.Prefix, p.Value.AllowPrivateAddresses));
        _configuration = configuration;
        _database = database;
        _clock = clock;
        _alarm = alarm;
    }

    /// <summary>Whether there is a way to use credentials of that kind at the target.</summary>
    public bool Has(string target, AccessKind kind) => _probes.ContainsKey((target, kind));

    /// <summary>Uses a credential, and writes what came of it.</summary>
    /// <param name="step">What it shows, or does not.</param>
    /// <param name="credential">The credential; it is neither kept nor logged.</param>
    /// <param name="actor">Who has it used.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What was seen; null, with the reason, where the answer said nothing.</returns>
    public async Task<(AccessReading? Reading, string? Reason)> UseAsync(RevocationStep step, string credential, string actor, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(step);
        var (outcome, reading) = await _probes[(step.Target, step.Kind)].UseAsync(credential, cancel);
        if (reading is null)
            return (null, outcome switch { Outcome.Retry retry => retry.Reason, Outcome.Stop stop => stop.Reason, _ => "It said nothing." });
        var now = _clock.GetCurrentInstant();
        var change = StepJudgement.Of(
            step.Progress, new StepFinding.Seen(reading) { IsAcknowledged = true }, _configuration.Revocation, now, Random.Shared.NextDouble());
        var owner = _configuration.Targets.First(t => t.Name == step.Target).Settings.Owner ?? $"administrators of {step.Target}";
        await _database.WriteAsync(
            async s =>
            {
                await RevocationStore.SettleAsync(s, [new StepSettlement(step, change, step.RemoteId, owner)], actor, now.ToMicroseconds(), cancel);
                await JournalStore.AppendAsync(
                    s, Enforce.Entries(step.Target, [new StepSettlement(step, change, step.RemoteId, owner)], actor), now.ToMicroseconds(), cancel);
            },
            cancel);
        _alarm.Wake(new DrainKey(DrainKind.Enforce, step.Target));
        return (reading, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var probe in _probes.Values)
            probe.Dispose();
    }
}
