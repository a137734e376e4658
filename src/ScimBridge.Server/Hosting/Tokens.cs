using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// Opaque tokens for clients that only know a secret: 256 random bits, shown once, stored as SHA-256. A hash without salt is right
/// here: what is hashed has 256 bits of entropy, and it has to be found by its hash.
/// </summary>
public sealed class Tokens
{
    private const string Prefix = "sbt_";

    // Whoever can run commands on the machine.
    private const string Actor = "command:token";
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly SharedLookups<Token?> _lookups;

    /// <summary>Creates the tokens.</summary>
    public Tokens(Database database, IClock clock)
    {
        _database = database;
        _clock = clock;
        _lookups = new SharedLookups<Token?>(FindByHashAsync);
    }

    /// <summary>Creates a token; answers with its record and, this once, its secret.</summary>
    public async Task<(Token Token, string Secret)> CreateAsync(
        string client, string profile, IReadOnlyList<string> scopes, Duration life, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var secret = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var token = new Token(
            ResourceId.New(now), client, profile, scopes, now.ToMicroseconds(), (now + life).ToMicroseconds(), RevokedAt: null);
        var data = new JsonObject { ["client"] = client, ["scopes"] = new JsonArray([.. scopes.Select(s => (JsonNode)s)]) };
        await _database.WriteAsync(
            async s =>
            {
                await TokenStore.AddAsync(s, token, Hash(secret), cancel);
                await JournalStore.AppendAsync(s, [new("token.created", token.Id, Actor, token.Id, data.ToJsonString())], now.ToMicroseconds(), cancel);
            },
            cancel);
        return (token, secret);
    }

    /// <summary>Revokes a token, at once; false where there is no good one of that id.</summary>
    public Task<bool> RevokeAsync(string id, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant().ToMicroseconds();
        return _database.WriteAsync(
            async s =>
            {
                if (!await TokenStore.RevokeAsync(s, id, now, cancel))
                    return false;
                await JournalStore.AppendAsync(s, [new("token.revoked", id, Actor, id, "{}")], now, cancel);
                return true;
            },
            cancel);
    }

    /// <summary>
    /// The token with this secret, where there is one that is good now; otherwise null. The database is asked each time, so that whoever
    /// revokes a token, in whatever process, revokes it at once.
    /// </summary>
    public async Task<Token?> FindAsync(string secret, CancellationToken cancel)
    {
        var hash = Hash(secret);
        // To wait for another's look-up pays where it saves a round trip.
        var token = await (_database.Dialect.IsRemote ? _lookups.FindAsync(hash).WaitAsync(cancel) : FindByHashAsync(hash));
        return token is { RevokedAt: null } && token.ExpiresAt > _clock.GetCurrentInstant().ToMicroseconds() ? token : null;
    }

    private Task<Token?> FindByHashAsync(string hash) =>
        _database.ReadAgainAsync("token:" + hash, s => TokenStore.FindAsync(s, hash, CancellationToken.None), CancellationToken.None);

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
