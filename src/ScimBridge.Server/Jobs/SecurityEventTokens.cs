using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Makes the signed tokens (RFC 8417) of what waits for a stream: addresses and names are read when it is told, not when it happens.
/// </summary>
public sealed class SecurityEventTokens
{
    /// <summary>The type that the header of each token says.</summary>
    public const string Type = "secevent+jwt";

    private readonly string _issuer;
    private readonly SchemaCatalog _catalog;
    private readonly Database _database;
    private readonly SigningKeys _keys;

    /// <summary>Creates it.</summary>
    public SecurityEventTokens(BridgeConfiguration configuration, SchemaCatalog catalog, Database database, SigningKeys keys)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _issuer = SignalsOptions.IssuerOf(configuration.Options) ?? "";
        _catalog = catalog;
        _database = database;
        _keys = keys;
    }

    /// <summary>The token of each signal; null of one that there is no way to tell (see <see cref="SecurityEvent.Claims"/>).</summary>
    public async Task<IReadOnlyList<(QueuedSignal Queued, string? Token)>> OfAsync(
        SignalStreamRow stream, IReadOnlyList<QueuedSignal> queued, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var ids = queued.Where(q => !SignalEvents.IsOfStream(q.Signal.Type)).Select(q => q.Signal.ResourceId).Distinct(StringComparer.Ordinal).ToList();
        var rows = ids.Count == 0 ? [] : await _database.ReadAsync(s => ResourceStore.FindAsync(s, ids, cancel), cancel);
        var tokens = new List<(QueuedSignal, string?)>();
        foreach (var one in queued)
        {
            var claims = SecurityEvent.Claims(one.Signal, one.Id, _issuer, stream.Audience, stream.Rule, SubjectOf(one.Signal, rows));
            tokens.Add((one, claims is null
                ? null
                : await _keys.SignAsync(SigningKey.Rs256, Type, Encoding.UTF8.GetBytes(ResourceWriter.Text(claims)), cancel)));
        }

        return tokens;
    }

    private SignalSubject? SubjectOf(Signal signal, Dictionary<string, ResourceRow> rows)
    {
        if (SignalEvents.IsOfStream(signal.Type))
            return null;
        var body = rows.TryGetValue(signal.ResourceId, out var row) ? JsonNode.Parse(row.Body)!.AsObject() : null;
        // A type that was taken out of the configuration has no endpoint any more.
        var endpoint = _catalog.FindResourceType(signal.ResourceType)?.Endpoint ?? $"/{signal.ResourceType}";
        return new SignalSubject($"{endpoint}/{signal.ResourceId}", signal.ResourceId, body);
    }
}
