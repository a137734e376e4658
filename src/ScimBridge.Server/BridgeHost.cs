using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Api;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;

namespace ScimBridge.Server;

/// <summary>The serving process: HTTP, and Hangfire to wake the drains.</summary>
public sealed class BridgeHost : IAsyncDisposable
{
    private const string SweepEverySoOften = "*/15 * * * * *";
    private static readonly PostgreSqlStorageOptions Postgres = new()
    {
        EnableLongPolling = true,
        QueuePollInterval = TimeSpan.FromSeconds(2),
        // A process that was killed leaves its lock behind, and whoever starts waits no longer than 15 seconds for it.
        DistributedLockTimeout = TimeSpan.FromSeconds(5),
    };

    private readonly WebApplication _app;

    private BridgeHost(WebApplication app)
    {
        _app = app;
    }

    /// <summary>The services of the process.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Migrates the database, starts to listen, and wakes what is due.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="adjust">Changes to the services, for tests.</param>
    /// <param name="cancel">Gives up starting.</param>
    public static async Task<BridgeHost> StartAsync(
        BridgeConfiguration configuration, Action<IServiceCollection>? adjust = null, CancellationToken cancel = default)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = configuration.Folder });
        builder.Logging.AddFilter("Hangfire", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            // It would make an activity and a scope of the log for each request, which nothing here reads.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Authentication brings keys for cookies along; there are no cookies here, so the keys need not outlive the process.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.WebHost.UseUrls(configuration.Options.Server.Url);
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            // Kestrel refuses a longer line with no word of SCIM: a filter that is much too long is to be told so.
            k.Limits.MaxRequestLineSize = 1_200_000;
            k.Limits.MaxRequestBufferSize = 1_310_720;
        });
        builder.Services.AddBridge(configuration);
        builder.Services.AddSingleton<HangfireAlarm>();
        builder.Services.AddSingleton<IAlarm>(s => s.GetRequiredService<HangfireAlarm>());
        AddHangfire(builder.Services, configuration);
        BridgeApi.AddServices(builder.Services, configuration);
        adjust?.Invoke(builder.Services);

        var app = builder.Build();
        await app.Services.GetRequiredService<Database>().MigrateAsync(cancel);
        var now = app.Services.GetRequiredService<IClock>().GetCurrentInstant();
        await app.Services.GetRequiredService<GroupBook>().WantAsync(now, cancel);
        await app.Services.GetRequiredService<PolicyBook>().WantAsync(now, cancel);
        await app.Services.GetRequiredService<GrantBook>().WantAsync(now, cancel);
        await app.Services.GetRequiredService<MappingChanges>().MarkAsync(cancel);
        await app.Services.GetRequiredService<ConfigurationChanges>().NoteAsync(cancel);
        await app.Services.GetRequiredService<DeclaredStreams>().WriteAsync(cancel);
        BridgeApi.Map(app);
        await app.StartAsync(cancel);
        app.Services.GetRequiredService<IRecurringJobManager>()
            .AddOrUpdate<Sweep>("sweep", sweep => sweep.RunAsync(CancellationToken.None), SweepEverySoOften);
        await app.Services.GetRequiredService<Sweep>().RunAsync(cancel);
        return new BridgeHost(app);
    }

    /// <summary>Serves until the process is told to stop.</summary>
    public Task WaitAsync(CancellationToken cancel) => _app.WaitForShutdownAsync(cancel);

    /// <summary>
    /// Seals what is left of the journal and signs its head, when the process has been told to stop: what is cut off while it does not run is found.
    /// </summary>
    public Task AnchorAsync(CancellationToken cancel) => Services.GetRequiredService<Seal>().FinishAsync(cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void AddHangfire(IServiceCollection services, BridgeConfiguration configuration)
    {
        // Left to itself Hangfire keeps storage and activator in static fields, and two hosts that start together in one process would
        // take each other's jobs.
        services.AddSingleton<JobStorage>(_ => configuration.Options.Storage.Kind == StorageKind.Postgres
            ? new PostgreSqlStorage(
                new NpgsqlConnectionFactory(configuration.Options.Storage.Connection, Postgres),
                Postgres)
            : new InMemoryStorage(new InMemoryStorageOptions()));
        services.AddSingleton<JobActivator>(s => new AspNetCoreJobActivator(s.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire((s, hangfire) => hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings()
            .UseLogProvider(new HangfireLog(s.GetRequiredService<ILoggerFactory>())));
        services.AddHangfireServer(server =>
        {
            // One for each drain that may run at the same time, and one for the sweep.
            server.WorkerCount = (3 * configuration.Sources.Count) + (3 * configuration.Targets.Count) + configuration.Options.Notifications.Count
                + (configuration.Options.Signals is { } signals ? signals.Streams.Count + 2 : 0) + (configuration.Sponsorship is null ? 0 : (2 * configuration.Targets.Count) + 1) + 5;
            server.SchedulePollingInterval = TimeSpan.FromSeconds(1);
            server.ShutdownTimeout = TimeSpan.FromSeconds(10);
        });
    }
}
