namespace ScimBridge.Server.Api;

/// <summary>Everything that the bridge answers over HTTP.</summary>
public static class BridgeApi
{
    /// <summary>Adds what the endpoints need.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddAuthentication(OpaqueTokenHandler.Scheme)
            .AddScheme<OpaqueTokenOptions, OpaqueTokenHandler>(OpaqueTokenHandler.Scheme, _ => { });
        services.AddAuthorization(Scopes.AddPolicies);
        services.AddSingleton<ScimAddresses>();
        services.AddSingleton<CursorSeal>();
        services.AddSingleton<Representations>();
        services.AddSingleton<ScimReader>();
        services.AddSingleton<ScimWriter>();
    }

    /// <summary>Maps the endpoints.</summary>
    public static void Map(WebApplication app)
    {
        app.UseMiddleware<ErrorMapper>();
        app.UseMiddleware<ScimPaths>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<MethodOverride>();
        HealthApi.Map(app);
        ResourcesApi.Map(app);
        SearchApi.Map(app);
        BulkApi.Map(app);
        MeApi.Map(app);
        DiscoveryApi.Map(app);
        BatchesApi.Map(app);
    }
}
