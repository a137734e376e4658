using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// The keys that the bridge signs with, and publishes. Of each algorithm the first that is configured signs; the others that are configured, and one
/// that the bridge made before there were any, are published, so that what they signed can still be checked. Where none is configured the
/// bridge makes one, once, and keeps it in the database, where all nodes find it.
/// </summary>
public sealed class SigningKeys
{
    private readonly List<SigningKey> _configured;
    private readonly bool _publishGenerated;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly SemaphoreSlim _making = new(1, 1);
    private volatile IReadOnlyList<SigningKey>? _all;

    /// <summary>Reads the configured keys; a change of these counts from the next start on.</summary>
    public SigningKeys(BridgeConfiguration configuration, Database database, IClock clock)
    {
        var options = configuration.Options.Signing;
        _configured = options.Keys.ConvertAll(k => SigningKey.OfPem(k.Key!.Read()!, k.Id));
        _publishGenerated = options.PublishGenerated;
        _database = database;
        _clock = clock;
    }

    /// <summary>The algorithms that there is always a key for.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = [SigningKey.Rs256, SigningKey.Es256];

    /// <summary>Signs.</summary>
    /// <param name="algorithm"><see cref="SigningKey.Rs256"/> for security event tokens, <see cref="SigningKey.Es256"/> for documents.</param>
    /// <param name="type">What the header says as <c>typ</c>, such as <c>secevent+jwt</c>.</param>
    /// <param name="payload">The bytes to sign, which are the payload to the letter.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The JWS in its compact form (RFC 7515, 7.1); its header has <c>alg</c>, <c>kid</c> and <c>typ</c>.</returns>
    public async Task<string> SignAsync(string algorithm, string type, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        var keys = await AllAsync(cancel);
        return keys.First(k => k.Algorithm == algorithm).Sign(type, payload.Span);
    }

    /// <summary>The id of the key that signs with an algorithm.</summary>
    public async Task<string> IdAsync(string algorithm, CancellationToken cancel) => (await AllAsync(cancel)).First(k => k.Algorithm == algorithm).Id;

    /// <summary>The public keys as a JWK Set (RFC 7517), as JSON.</summary>
    public async Task<string> JwksAsync(CancellationToken cancel) =>
        new JsonObject { ["keys"] = new JsonArray([.. (await PublicKeysAsync(cancel)).Select(k => (JsonNode)k)]) }.ToJsonString();

    /// <summary>The public keys as JWKs (RFC 7517): those that sign first.</summary>
    public async Task<IReadOnlyList<JsonObject>> PublicKeysAsync(CancellationToken cancel) => [.. (await AllAsync(cancel)).Select(k => k.PublicJwk())];

    private async Task<IReadOnlyList<SigningKey>> AllAsync(CancellationToken cancel)
    {
        if (_all is { } known)
            return known;
        await _making.WaitAsync(cancel);
        try
        {
            return _all ??= await LoadAsync(cancel);
        }
        finally
        {
            _making.Release();
        }
    }

    private async Task<IReadOnlyList<SigningKey>> LoadAsync(CancellationToken cancel)
    {
        var generated = await _database.ReadAsync(s => SigningKeyStore.AllAsync(s, cancel), cancel);
        var missing = Algorithms.Where(a => !generated.ContainsKey(a) && _configured.All(k => k.Algorithm != a)).ToList();
        if (missing.Count > 0)
        {
            // Another node may be making one too: what counts is what the database then has.
            var made = missing.ConvertAll(a => (Algorithm: a, Key: SigningKey.Generate(a)));
            generated = await _database.WriteAsync(
                async s =>
                {
                    foreach (var (algorithm, key) in made)
                        await SigningKeyStore.AddAsync(s, algorithm, key, _clock.GetCurrentInstant().ToMicroseconds(), cancel);
                    return await SigningKeyStore.AllAsync(s, cancel);
                },
                cancel);
        }

        var own = _publishGenerated ? generated.Values.Select(SigningKey.OfPkcs8) : [];
        return [.. _configured.Concat(own).DistinctBy(k => k.Id)];
    }
}
