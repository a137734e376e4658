using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Identity.Client;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// The app's tokens, which Azure.Identity asks for, keeps and renews. It repeats nothing by itself, and goes through connections that are
/// as guarded as those to Graph. <see href="https://learn.microsoft.com/en-us/dotnet/api/overview/azure/identity-readme"/>
/// </summary>
internal sealed partial class EntraTokens : IDisposable
{
    private const string Call = "POST oauth2/v2.0/token";

    private readonly EntraConnectionOptions _options;
    private readonly string[] _scopes;
    private readonly Uri _authority;
    private readonly HttpClient _http;
    private readonly X509Certificate2? _certificate;
    private readonly Lock _gate = new();
    private TokenCredential _credential;
    private string? _taken;
    private string? _dropped;
    private string? _claims;

    public EntraTokens(EntraConnectionOptions options)
    {
        var cloud = EntraEndpoints.Of(options.Cloud);
        _options = options;
        _scopes = [cloud.Graph + "/.default"];
        _authority = new Uri(options.AuthorityHost ?? cloud.Authority);
        var direct = DirectHandler.Create(options.InFlight, TimeSpan.FromSeconds(options.TimeoutSeconds), options.AllowPrivateAddresses);

        // Azure.Identity takes none but https authorities: where plain http is allowed, it is the transport that takes TLS away again.
        _http = _authority.Scheme == Uri.UriSchemeHttp ? new HttpClient(new PlainTransport(direct, _authority)) : new HttpClient(direct);
        _certificate = options.Credential!.Certificate is { } certificate ? EntraCertificate.Load(certificate) : null;
        _credential = Create();
    }

    /// <summary>Puts a token on a call; what kept it from being had, where it cannot be.</summary>
    public async Task<Outcome?> ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            var claims = Interlocked.Exchange(ref _claims, null);
            var token = await Volatile.Read(ref _credential).GetTokenAsync(new TokenRequestContext(_scopes, claims: claims, isCaeEnabled: true), cancel);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            return null;
        }
        catch (Exception e) when (e
            is AuthenticationFailedException or RequestFailedException or MsalException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            cancel.ThrowIfCancellationRequested();
            return Refusal(e);
        }
    }

    /// <summary>
    /// Whether this refusal may be due to the token, and something new can be had: one that was taken before has been revoked, or is
    /// to be had with other claims (continuous access evaluation).
    /// </summary>
    public bool IsWorthAnother(HttpRequestMessage request, HttpResponseMessage response)
    {
        var token = request.Headers.Authorization?.Parameter;
        lock (_gate)
        {
            if ((int)response.StatusCode != 401)
            {
                _taken = token;
                return false;
            }

            // Another call was refused with it before.
            if (token == _dropped)
                return true;
            if (token != _taken)
                return false;
            (_dropped, _taken) = (token, null);
            if (ClaimsOf(response) is { } claims)
                _claims = claims;
            else
                _credential = Create();
            return true;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _certificate?.Dispose();
    }

    private static string? ClaimsOf(HttpResponseMessage response)
    {
        var match = response.Headers.WwwAuthenticate.Select(c => Claims().Match(c.Parameter ?? "")).FirstOrDefault(m => m.Success);
        if (match is null)
            return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(match.Groups["claims"].Value));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Outcome Refusal(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException!)
        {
            switch (e)
            {
                case MsalServiceException { StatusCode: 429 or 408 or >= 500 } busy:
                    return new Outcome.Retry(
                        busy.Headers?.RetryAfter?.Delta, $"{Call}: {busy.StatusCode}, the token service is busy or out of order.", Untouched: true);
                case MsalServiceException { StatusCode: < 400 } or JsonException
                    or MsalClientException { ErrorCode: MsalError.JsonParseError or MsalError.NonParsableOAuthError }:
                    return new Outcome.Retry(null, $"{Call}: the answer is not what a token service answers.", Untouched: true);
                case MsalServiceException refused:
                    var code = Code().Match(refused.Message) is { Success: true } match ? match.Value : Word(refused.ErrorCode);
                    return new Outcome.Stop($"{Call}: {refused.StatusCode} {code}. {Advice(code)}");
                case FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException:
                    return new Outcome.Stop($"{Call}: the token of the workload cannot be read: check credential.workloadIdentity.");
                case HttpRequestException or IOException:
                    var unanswered = Unanswered.Of(Call, "token service", e);
                    return unanswered is Outcome.Retry retry ? retry with { Untouched = true } : unanswered;
            }

            if (e.InnerException is null)
                break;
        }

        return failure is CredentialUnavailableException
            ? new Outcome.Stop($"{Call}: the credential is not there: check credential.")
            : new Outcome.Stop($"{Call}: no token can be had ({failure.GetType().Name}): check tenantId, clientId and credential.");
    }

    private static string Word(string? text) => text is null ? "" : new([.. text.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_').Take(40)]);

    // https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
    private static string Advice(string code) => code switch
    {
        "AADSTS7000215" or "AADSTS7000222" => "The client secret is wrong or has run out.",
        "AADSTS700016" => "The tenant does not know the app: check tenantId and clientId.",
        "AADSTS90002" or "AADSTS900023" => "There is no such tenant in this cloud: check tenantId and cloud.",
        "AADSTS700027" => "The certificate is not registered with the app.",
        "AADSTS70021" or "AADSTS700211" or "AADSTS700213" => "The app has no federated credential for this workload.",
        "AADSTS7000112" => "The app is disabled in this tenant.",
        _ => "Microsoft Entra hands out no token: check tenantId, clientId and credential.",
    };

    /// <summary>A new one remembers no token.</summary>
    private TokenCredential Create()
    {
        var (tenant, client) = (_options.TenantId!, _options.ClientId!);
        if (_options.Credential!.Secret is { } secret)
            return new ClientSecretCredential(tenant, client, secret.Read()!, Set(new ClientSecretCredentialOptions()));
        return _certificate is not null
            ? new ClientCertificateCredential(tenant, client, _certificate, Set(new ClientCertificateCredentialOptions()))
            : new WorkloadIdentityCredential(Set(new WorkloadIdentityCredentialOptions
            {
                TenantId = tenant,
                ClientId = client,
                TokenFilePath = _options.Credential.WorkloadIdentity!.Path(),
            }));
    }

    private T Set<T>(T options)
        where T : TokenCredentialOptions
    {
        options.AuthorityHost = new UriBuilder(_authority) { Scheme = Uri.UriSchemeHttps, Port = _authority.Port }.Uri;
        options.Transport = new HttpClientTransport(_http);
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(_options.TimeoutSeconds);
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;

        // An authority of one's own is not among those that Microsoft lists.
        var isOwn = _options.AuthorityHost is not null;
        switch (options)
        {
            case ClientSecretCredentialOptions secret:
                secret.DisableInstanceDiscovery = isOwn;
                break;
            case ClientCertificateCredentialOptions certificate:
                certificate.DisableInstanceDiscovery = isOwn;
                break;
            case WorkloadIdentityCredentialOptions workload:
                workload.DisableInstanceDiscovery = isOwn;
                break;
        }

        return options;
    }

    [GeneratedRegex("AADSTS[0-9]{4,9}", RegexOptions.NonBacktracking)]
    private static partial Regex Code();

    [GeneratedRegex("claims=\"(?<claims>[A-Za-z0-9+/=]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Claims();

    private sealed class PlainTransport(HttpMessageHandler direct, Uri authority) : DelegatingHandler(direct)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new UriBuilder(request.RequestUri!) { Scheme = Uri.UriSchemeHttp, Port = authority.Port }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
