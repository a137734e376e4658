using Microsoft.AspNetCore.Authentication.JwtBearer;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>
/// Who is let in: opaque tokens of the bridge's own and JSON Web Tokens of the configured issuers. A JSON Web Token goes to the issuer that
/// it claims to come from, and everything else is taken for opaque. <see cref="AccessGate"/> asks.
/// </summary>
internal static class Access
{
    /// <summary>Adds a scheme for each issuer.</summary>
    public static void AddServices(IServiceCollection services, AccessOptions options)
    {
        // The gate reads what endpoints say that they need; ASP.NET Core looks for a middleware of its own that does.
        services.Configure<RouteOptions>(routes => routes.SuppressCheckForUnhandledSecurityMetadata = true);
        if (options.Issuers.Count == 0)
            return;
        // With a default, every request would be taken for one with a token of that issuer, and a scheme that is alone is the default.
        var authentication = services.AddAuthentication().AddPolicyScheme("None", displayName: null, _ => { });
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
    }
}
