using NodaTime;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;

namespace ScimBridge.Server;

/// <summary>Puts the rooms together: what every process of the bridge has, whether it serves or runs one command.</summary>
public static class Bridge
{
    /// <summary>Adds the bridge. An <see cref="IAlarm"/> is added by the process.</summary>
    public static IServiceCollection AddBridge(this IServiceCollection services, BridgeConfiguration configuration)
    {
        services.AddSingleton(configuration);
        services.AddSingleton(configuration.Catalog);
        services.AddSingleton<IDateTimeZoneProvider>(DateTimeZoneProviders.Tzdb);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IClock, TimeProviderClock>();
        services.AddSingleton(_ => new Database(DialectOf(configuration)));
        services.AddSingleton<TargetConnections>();
        services.AddSingleton<GroupBook>();
        services.AddSingleton<PolicyBook>();
        services.AddSingleton<GrantBook>();
        services.AddSingleton<RuledMemberships>();
        services.AddSingleton<WorkerDecider>();
        services.AddSingleton<Progress>();
        services.AddSingleton<DeliveryTally>();
        services.AddSingleton<IDrain, PullSource>();
        services.AddSingleton<IDrain, ReadSource>();
        services.AddSingleton<IDrain, DecideWorkers>();
        services.AddSingleton<IDrain, Deliver>();
        services.AddSingleton<IDrain, Notify>();
        services.AddSingleton<IDrain, EvaluateRules>();
        services.AddSingleton<RuleTrial, GroupTrial>();
        services.AddSingleton<RuleTrial, PolicyTrial>();
        services.AddSingleton<RuleTrial, GrantTrial>();
        services.AddSingleton<IDrain, EndMemberships>();
        services.AddSingleton<IDrain, Enforce>();
        services.AddSingleton<IDrain, CascadeDue>();
        services.AddSingleton<AnswerSeal>();
        services.AddSingleton<BridgeCredentials>();
        services.AddSingleton<AccountBook>();
        services.AddSingleton<IDrain, Reconcile>();
        services.AddSingleton<ReconciliationSchedule>();
        services.AddSingleton<RevocationScope>();
        services.AddSingleton<RevocationClock>();
        services.AddSingleton<Overdue>();
        services.AddSingleton<Orders>();
        services.AddSingleton<Probes>();
        services.AddSingleton<IDrain, Transmit>();
        services.AddSingleton<Anchors>();
        services.AddSingleton<Seal>();
        services.AddSingleton<IDrain>(s => s.GetRequiredService<Seal>());
        services.AddSingleton<VaultConnection>();
        services.AddSingleton<IDrain, Rotate>();
        services.AddSingleton<IDrain, Discover>();
        services.AddSingleton<EvidencePacks>();
        services.AddSingleton<Erasure>();
        services.AddSingleton<DrainRunner>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<MappingChanges>();
        services.AddSingleton<ConfigurationChanges>();
        services.AddSingleton<Intake>();
        services.AddSingleton(typeof(Counted<>));
        services.AddSingleton<Assessment>();
        services.AddSingleton<HoldDecisions>();
        services.AddSingleton<SourceHealth>();
        services.AddSingleton<UserFilter>();
        services.AddSingleton<WhatIf>();
        services.AddSingleton<PlanExecution>();
        services.AddSingleton<DryRun>();
        services.AddSingleton<Tokens>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<SecurityEventTokens>();
        services.AddSingleton<DeclaredStreams>();
        services.AddSingleton<StreamStatus>();
        return services;
    }

    private static Dialect DialectOf(BridgeConfiguration configuration)
    {
        var storage = configuration.Options.Storage;
        return storage.Kind == StorageKind.Postgres
            ? new PostgresDialect(storage.Connection!)
            : new SqliteDialect(configuration.Locate(storage.Path));
    }
}
