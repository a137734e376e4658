using System.Text.Json.Nodes;
using ScimBridge.Connectors.Probes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Tries a client secret at the tenant's token endpoint; a token that is handed out is forgotten at once.
/// <see href="https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes"/>
/// </summary>
internal sealed class EntraProbe : IDisposable
{
    private const string Call = "POST oauth2/v2.0/token";

    /// <summary>The secret is wrong, or has expired.</summary>
    private static readonly int[] WrongSecret = [7000215, 7000222];

    /// <summary>Whatever the secret: the application is not there, or is disabled.</summary>
    private static readonly int[] NoApplication = [700016, 7000112, 7000229];

    private readonly SecretProbe _http;
    private readonly Uri _address;
    private readonly string _scope;

    public EntraProbe(EntraConnectionOptions options)
    {
        var cloud = EntraEndpoints.Of(options.Cloud);
        _http = new SecretProbe(options.AllowPrivateAddresses);
        _scope = cloud.Graph + "/.default";
        _address = new Uri($"{(options.AuthorityHost ?? cloud.Authority).TrimEnd('/')}/{Uri.EscapeDataString(options.TenantId!)}/oauth2/v2.0/token");
    }

    public async Task<(Outcome Outcome, ProbeAnswer? Answer)> TryAsync(string clientId, Secret secret, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_secret"] = secret.Reveal(),
                ["scope"] = _scope,
            }),
        };
        var (status, body, failure) = await _http.SendAsync(Call, request, cancel);
        if (failure is not null)
            return (failure, null);
        if (status == 200 && body?["access_token"] is not null)
            return (new Outcome.Done(), ProbeAnswer.Accepted);
        var codes = (body?["error_codes"] as JsonArray ?? []).OfType<JsonValue>().Select(c => c.TryGetValue<int>(out var code) ? code : 0).ToList();
        return status is 400 or 401 && codes.Exists(c => WrongSecret.Contains(c) || NoApplication.Contains(c))
            ? (new Outcome.Done(), ProbeAnswer.Refused)
            : (new Outcome.Retry(null, $"{Call}: {status}, which says nothing of the secret."), null);
    }

    public void Dispose() => _http.Dispose();
}
