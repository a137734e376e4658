using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>Everything that the bridge answers over HTTP.</summary>
public static class BridgeApi
{
    /// <summary>Adds what the endpoints need.</summary>
    public static void AddServices(IServiceCollection services, BridgeConfiguration configuration)
    {
        Access.AddServices(services, configuration.Options.Access);
        services.AddSingleton<AdminLogins>();
        services.AddSingleton<ScimAddresses>();
        services.AddSingleton<CursorSeal>();
        services.AddSingleton<Representations>();
        services.AddSingleton<AgentView>();
        services.AddSingleton<ScimReader>();
        services.AddSingleton<ScimWriter>();
        services.AddSingleton<LongPolls>();
    }

    /// <summary>Maps the endpoints.</summary>
    public static void Map(WebApplication app)
    {
        app.UseMiddleware<ErrorMapper>();
        app.UseMiddleware<ScimPaths>();
        app.UseRouting();
        app.UseMiddleware<AccessGate>();
        app.UseMiddleware<MethodOverride>();
        HealthApi.Map(app);
        SigningKeysApi.Map(app);
        ResourcesApi.Map(app);
        SearchApi.Map(app);
        BulkApi.Map(app);
        MeApi.Map(app);
        DiscoveryApi.Map(app);
        BatchesApi.Map(app);
        WorkersApi.Map(app);
        WorkerTimelineApi.Map(app);
        EventsApi.Map(app);
        BulkUploadApi.Map(app);
        HoldsApi.Map(app);
        MembershipsApi.Map(app);
        SourcesApi.Map(app);
        PlansApi.Map(app);
        DeliveriesApi.Map(app);
        TargetsApi.Map(app);
        LeaversApi.Map(app);
        OrdersApi.Map(app);
        JournalApi.Map(app);
        EvidenceApi.Map(app);
        PeopleApi.Map(app);
        AsOfApi.Map(app);
        ReconciliationsApi.Map(app);
        AccessApi.Map(app);
        var options = app.Services.GetRequiredService<BridgeConfiguration>().Options;
        if (options.Sponsorship is not null)
        {
            ServiceAccountsApi.Map(app);
            ImpactApi.Map(app);
            AnswersApi.Map(app);
            RecertificationsApi.Map(app);
            RotationsApi.Map(app);
            AccountImportApi.Map(app);
        }

        if (options.Signals is not null)
        {
            SignalsApi.Map(app, options);
            SignalStreamsApi.Map(app);
        }
    }
}
