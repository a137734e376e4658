using Microsoft.AspNetCore.Authentication.JwtBearer;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>
/// Who is let in: opaque tokens of the bridge's own and JSON Web Tokens of the configured issuers. A JSON Web Token goes to the issuer that
/// it claims to come from, and everything else is taken for opaque.
/// </summary>
internal static class Access
{
    private const string Scheme = "Access";

    /// <summary>Adds the schemes and the policies of the scopes.</summary>
    public static void AddServices(IServiceCollection services, AccessOptions options)
    {
        // Without issuers there is nothing to choose between.
        var authentication = services.AddAuthentication(options.Issuers.Count == 0 ? OpaqueTokenHandler.Scheme : Scheme)
            .AddScheme<OpaqueTokenOptions, OpaqueTokenHandler>(OpaqueTokenHandler.Scheme, _ => { })
            .AddPolicyScheme(Scheme, displayName: null, policy => policy.ForwardDefaultSelector = http => Select(http, options));
        foreach (var (name, issuer) in options.Issuers)
        {
            services.AddKeyedSingleton(name, (s, _) => ActivatorUtilities.CreateInstance<IssuerKeys>(s, issuer));
            authentication.AddJwtBearer(IssuerTokens.SchemeOf(name), _ => { });
            services.AddOptions<JwtBearerOptions>(IssuerTokens.SchemeOf(name)).Configure<IServiceProvider>((jwt, s) =>
                new IssuerTokens(name, issuer, s.GetRequiredKeyedService<IssuerKeys>(name), s.GetRequiredService<TimeProvider>()).Configure(jwt));
        }

        services.AddHttpClient(IssuerKeys.Client, http =>
        {
            http.Timeout = TimeSpan.FromSeconds(10);
            http.MaxResponseContentBufferSize = 1_048_576;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false }).RemoveAllLoggers();
        services.AddAuthorization(Scopes.AddPolicies);
    }

    private static string Select(HttpContext http, AccessOptions options)
    {
        if (options.Issuers.Count == 0 || BearerToken.Of(http.Request) is not { } text || BearerToken.TryRead(text) is not { } token)
            return OpaqueTokenHandler.Scheme;
        return options.Issuers.FirstOrDefault(i => i.Value.Issuer == token.Issuer).Key is { } name
            ? IssuerTokens.SchemeOf(name)
            : OpaqueTokenHandler.Scheme;
    }
}
