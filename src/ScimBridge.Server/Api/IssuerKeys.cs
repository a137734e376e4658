using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>
/// The keys of an issuer (RFC 7517), fetched when a token is there to be checked: at first, when they have become old, and when a token
/// names one that is not among them, which is how issuers change keys.
/// </summary>
internal sealed class IssuerKeys(IssuerOptions issuer, IHttpClientFactory clients, TimeProvider time, ILogger<IssuerKeys> log)
{
    /// <summary>The name of the HTTP client.</summary>
    public const string Client = "issuers";

    // A key that the issuer has withdrawn is good here for no longer than this, while the issuer can be asked.
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(30);

    // Whoever sends tokens with invented key ids must not make the bridge call the issuer for each of them.
    private static readonly TimeSpan AfterFruitless = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile IReadOnlyList<SecurityKey>? _keys;
    private long _fruitlessAt;
    private long _fetchedAt;

    /// <summary>The keys that a token with this key id can be signed with; all of them where it names none.</summary>
    public IEnumerable<SecurityKey> For(string? id) =>
        (_keys ?? []).Where(k => string.IsNullOrEmpty(id) || string.Equals(k.KeyId, id, StringComparison.Ordinal));

    /// <summary>Fetches the keys where those that are here will not do.</summary>
    /// <exception cref="ScimException">503: there is no key to check any token with.</exception>
    public async Task PrepareAsync(string? id, CancellationToken cancel)
    {
        if (IsReady(id))
            return;
        // Keys that are merely old will do while somebody else fetches new ones.
        if (!await _one.WaitAsync(For(id).Any() ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, cancel))
            return;
        try
        {
            if (!IsReady(id))
            {
                var fetched = await FetchAsync(cancel);
                _fruitlessAt = fetched && For(id).Any() ? 0 : time.GetTimestamp();
            }
        }
        finally
        {
            _one.Release();
        }

        if (_keys is null)
            throw ScimError.Unavailable("The issuer of the token cannot be reached, so that nobody can say whether it is good.").AsException();
    }

    private bool IsReady(string? id)
    {
        if (_keys is not null && For(id).Any() && time.GetElapsedTime(_fetchedAt) < Age)
            return true;
        return _fruitlessAt is not 0 and var at && time.GetElapsedTime(at) < AfterFruitless;
    }

    private async Task<bool> FetchAsync(CancellationToken cancel)
    {
        try
        {
            using var http = clients.CreateClient(Client);
            var keys = await KeysAsync(http, cancel);
            // Only what can be made public signs: a symmetric key in a public set would let anybody sign.
            _keys = [.. new JsonWebKeySet(keys).GetSigningKeys().Where(k => k is not SymmetricSecurityKey and not JsonWebKey { Kty: "oct" })];
            _fetchedAt = time.GetTimestamp();
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or ArgumentException or InvalidDataException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            log.KeysNotFetched(e, issuer.Issuer!);
            return false;
        }
    }

    private async Task<string> KeysAsync(HttpClient http, CancellationToken cancel)
    {
        if (issuer.Keys is { } address)
            return await http.GetStringAsync(new Uri(address), cancel);
        var discovery = issuer.Discovery ?? issuer.Issuer!.TrimEnd('/') + "/.well-known/openid-configuration";
        var document = OpenIdConnectConfiguration.Create(await http.GetStringAsync(new Uri(discovery), cancel));
        // OpenID Connect Discovery 1.0, 4.3: a document of another issuer speaks for that one.
        if (document.Issuer != issuer.Issuer)
            throw new InvalidDataException($"The discovery document is that of {document.Issuer}.");
        return AccessFaults.IsSafe(document.JwksUri)
            ? await http.GetStringAsync(new Uri(document.JwksUri), cancel)
            : throw new InvalidDataException("The discovery document names keys at no https address.");
    }
}
