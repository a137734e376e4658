using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Storage.Stores;

/// <summary>
/// What a set of changes means to receivers of Shared Signals. Made of the changes as they are, whoever brought them about: a decision about a worker,
/// a SCIM client, a rule of groups. Only what a stream wants to hear of is looked for.
/// </summary>
internal sealed class ChangeSignals
{
    private readonly Changes _changes;
    private readonly WantedSignals _wanted;
    private readonly Instant _at;
    private readonly SignalInitiator _initiator;

    // Addresses that accounts have until now, and will not have any more.
    private readonly Dictionary<string, string> _former = new(StringComparer.Ordinal);
    private readonly List<Signal> _signals = [];

    private ChangeSignals(Changes changes, WantedSignals wanted)
    {
        _changes = changes;
        _wanted = wanted;
        _at = Microseconds.ToInstant(changes.At);
        _initiator = changes.Actor.StartsWith("hr:", StringComparison.Ordinal) ? SignalInitiator.Policy : SignalInitiator.System;
    }

    /// <summary>Looks at the changes before they are written, while what they do away with can still be read; null where nobody wants to hear.</summary>
    public static async Task<ChangeSignals?> LookAsync(Session session, Changes changes, CancellationToken cancel)
    {
        if (!changes.TellsStreams)
            return null;
        var wanted = await WantedSignals.ReadAsync(session, cancel);
        if (wanted.Streams.Count == 0)
            return null;
        var signals = new ChangeSignals(changes, wanted);
        await signals.AddWritesAsync(session, cancel);
        await signals.AddDeletesAsync(session, cancel);
        signals.AddMemberships();
        await wanted.LookUpAsync(session, signals._signals, cancel);
        return signals;
    }

    /// <summary>Writes what there is to tell.</summary>
    public async Task AppendAsync(Session session, CancellationToken cancel)
    {
        await SignalStore.KeepAddressesAsync(session, _former.Select(f => (f.Key, f.Value)), cancel);
        _changes.Told.UnionWith(await SignalStore.AppendAsync(session, _wanted, _signals, cancel));
    }

    private async Task AddWritesAsync(Session session, CancellationToken cancel)
    {
        var written = _changes.Resources.ConvertAll(r => (Write: r, Attributes: AttributesOf(r)));
        var addressed = written.Where(w => w.Write is { Type: "User", ReadVersion: > 0 } && w.Attributes.Any(a => a is "emails" or "userName")).ToList();
        if (addressed.Count > 0 && (_wanted.ByAddress || _wanted.Any(SignalType.IdentifierChanged)))
        {
            var before = await ResourceStore.FindAsync(session, addressed.ConvertAll(w => w.Write.Id), cancel);
            foreach (var (write, _) in addressed)
            {
                if (before.TryGetValue(write.Id, out var row) && SignalSubject.AddressOf(Parse(row.Body)) is { } address
                    && !string.Equals(address, SignalSubject.AddressOf(Parse(write.Body)), StringComparison.OrdinalIgnoreCase))
                    _former[write.Id] = address;
            }
        }

        foreach (var (write, attributes) in written)
        {
            if (write.ReadVersion == 0)
                AddCreation(write);
            else
                AddChange(write, attributes);
        }
    }

    private void AddCreation(ResourceWrite write)
    {
        if (_wanted.Any(SignalType.ResourceCreated))
            Add(SignalType.ResourceCreated, write.Type, write.Id, attributes: [.. Parse(write.Body).Select(p => p.Key).Where(n => n != "schemas")], version: 1);
    }

    private void AddChange(ResourceWrite write, IReadOnlyList<string> attributes)
    {
        if (_former.TryGetValue(write.Id, out var former))
            Add(SignalType.IdentifierChanged, write.Type, write.Id, former: former);
        if (attributes.Count > 0)
            Add(SignalType.ResourceChanged, write.Type, write.Id, attributes: attributes, version: write.ReadVersion + 1);
        if (write.Type != "User" || !_wanted.Any(
            SignalType.AccountDisabled, SignalType.AccountEnabled, SignalType.SessionRevoked, SignalType.TokenClaimsChange,
            SignalType.ResourceActivated, SignalType.ResourceDeactivated))
            return;
        var active = Parse(write.Body)["active"] is JsonValue value && value.TryGetValue<bool>(out var said) ? said : (bool?)null;
        if (attributes.Contains("active") && active == false)
        {
            var cause = write.Lane == Lane.Revoke ? SignalCause.End : SignalCause.Suspension;
            Add(SignalType.AccountDisabled, write.Type, write.Id, cause);
            Add(SignalType.SessionRevoked, write.Type, write.Id, cause);
            Add(SignalType.ResourceDeactivated, write.Type, write.Id, cause);
        }
        else if (attributes.Contains("active") && active == true)
        {
            Add(SignalType.AccountEnabled, write.Type, write.Id);
            Add(SignalType.ResourceActivated, write.Type, write.Id);
        }

        // Who has no session has no token that could say something else.
        var claimed = active == false ? [] : attributes.Where(TokenClaims.Has).ToList();
        if (claimed.Count > 0)
            Add(SignalType.TokenClaimsChange, write.Type, write.Id, attributes: claimed);
    }

    private async Task AddDeletesAsync(Session session, CancellationToken cancel)
    {
        if (_changes.Deletes.Count == 0)
            return;
        var users = _changes.Deletes.Where(d => d.Type == "User").Select(d => d.Id).ToList();
        if (users.Count > 0 && _wanted.ByAddress)
        {
            foreach (var (id, row) in await ResourceStore.FindAsync(session, users, cancel))
            {
                if (SignalSubject.AddressOf(Parse(row.Body)) is { } address)
                    _former[id] = address;
            }
        }

        foreach (var delete in _changes.Deletes)
        {
            if (delete.Type == "User")
            {
                var former = _former.GetValueOrDefault(delete.Id);
                // Whoever does not know of accounts that are purged is to end what they had open all the same.
                Add(SignalType.SessionRevoked, delete.Type, delete.Id, SignalCause.Deletion, former: former);
                Add(SignalType.AccountPurged, delete.Type, delete.Id, SignalCause.Deletion, former: former);
            }

            Add(SignalType.ResourceDeleted, delete.Type, delete.Id, SignalCause.Deletion);
        }
    }

    // A group has its members as rows: whoever writes these need not have written the group.
    private void AddMemberships()
    {
        if (!_wanted.Any(SignalType.ResourceChanged))
            return;
        var created = _changes.Resources.Where(r => r.ReadVersion == 0).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var group in _changes.Memberships.Where(m => !m.IsOneOfTwo).Select(m => m.GroupId).Distinct(StringComparer.Ordinal).Where(g => !created.Contains(g)))
        {
            var at = _signals.FindIndex(s => s.Type == SignalType.ResourceChanged && s.ResourceId == group);
            if (at < 0)
                Add(SignalType.ResourceChanged, "Group", group, attributes: ["members"]);
            else
                _signals[at] = _signals[at] with { Attributes = [.. _signals[at].Attributes, "members"] };
        }
    }

    private void Add(
        SignalType type,
        string resourceType,
        string id,
        SignalCause cause = SignalCause.Change,
        IReadOnlyList<string>? attributes = null,
        long? version = null,
        string? former = null)
    {
        if (!_wanted.Any(type))
            return;
        _signals.Add(new Signal(type, resourceType, id, _at, _changes.Correlation)
        {
            Cause = cause,
            Initiator = _initiator,
            Attributes = attributes ?? [],
            Version = version,
            FormerAddress = former,
        });
    }

    // The journal has them already: names, never values.
    private static IReadOnlyList<string> AttributesOf(ResourceWrite write) =>
        Parse(write.Data)["attributes"] is JsonArray names ? [.. names.Select(n => (string)n!).Where(n => n != "schemas")] : [];

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
