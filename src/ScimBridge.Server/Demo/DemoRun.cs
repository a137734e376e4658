using System.Diagnostics;
using System.Globalization;
using NodaTime;
using ScimBridge.Sandbox;
using ScimBridge.Server.Api;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;
using Spectre.Console;

namespace ScimBridge.Server.Demo;

/// <summary>The demo: a bridge on SQLite, a sandbox with a SCIM target, and a sample company that goes from the one to the other.</summary>
internal static class DemoRun
{
    private const string TargetToken = "sandbox-secret";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<int> StartAsync(string folder, int port, CancellationToken cancel)
    {
        var today = SystemClock.Instance.GetCurrentInstant().InUtc().Date;
        var configuration = DemoFolder.Create(folder, port, today);
        await using var sandbox = await StartAsync(
            () => SandboxHost.StartAsync(
                new SandboxOptions { Port = port + 1, Targets = [new ScimBridge.Sandbox.ScimTarget.ScimTargetOptions(DemoFolder.Target, TargetToken)] },
                cancel));
        await using var bridge = await StartAsync(() => BridgeHost.StartAsync(
            configuration, services => services.AddLogging(log => log.SetMinimumLevel(LogLevel.Warning)), cancel));
        var tokens = bridge.Services.GetRequiredService<Tokens>();
        var (_, read) = await tokens.CreateAsync("demo-reader", "strict", [Scopes.ScimRead], Duration.FromDays(30), cancel);
        var (_, write) = await tokens.CreateAsync(
            "demo-hr", "strict", [$"{Scopes.HrisWrite}:{DemoFolder.Source}"], Duration.FromDays(30), cancel);
        var (_, look) = await tokens.CreateAsync("demo-admin", "strict", [Scopes.AdminRead, Scopes.ScimRead], Duration.FromDays(30), cancel);
        var state = new DemoState(
            bridge.Address.ToString().TrimEnd('/'), sandbox.ScimAddress(DemoFolder.Target).ToString().TrimEnd('/'), TargetToken, write,
            look);
        DemoFolder.Save(folder, state);

        await ImportAsync(bridge, folder, cancel);
        var accounts = await DemoServiceAccounts.CreateAsync(bridge, folder, state, cancel);
        await ReportAsync(bridge, sandbox, state, read, accounts, cancel);
        await bridge.WaitAsync(cancel);
        return 0;
    }

    private static async Task<T> StartAsync<T>(Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (IOException e)
        {
            throw new CommandException($"{e.Message} Another port can be chosen with --port.", e);
        }
    }

    private static async Task ImportAsync(BridgeHost bridge, string folder, CancellationToken cancel)
    {
        var path = DemoFolder.WorkersPath(folder);
        var database = bridge.Services.GetRequiredService<Database>();
        var id = await bridge.Services.GetRequiredService<Intake>().AddFileAsync(DemoFolder.Source, path, new Manifest("full"), cancel);
        await AnsiConsole.Progress().StartAsync(async progress =>
        {
            var reading = progress.AddTask("Reading workers.csv", maxValue: new FileInfo(path).Length);
            var delivering = progress.AddTask("Delivering to the sandbox", autoStart: false);
            var started = Stopwatch.GetTimestamp();
            var most = 1L;
            while (true)
            {
                var (batch, decideAt, due) = await database.ReadAsync(
                    async s => (
                        (await BatchStore.FindAsync(s, id, cancel))!,
                        await WorkerStore.NextAtAsync(s, DemoFolder.Source, cancel),
                        await DueStore.CountAsync(s, DemoFolder.Target, cancel)),
                    cancel);
                var read = batch.State is "read" or "failed";
                reading.Value = read ? reading.MaxValue : bridge.Services.GetRequiredService<Jobs.Progress>().PositionOf(id);
                most = Math.Max(most, due.Waiting);
                delivering.MaxValue = most;
                delivering.Value = read ? most - due.Waiting : 0;
                if (read && !delivering.IsStarted)
                    delivering.StartTask();
                var decided = decideAt is not { } at || Microseconds.ToInstant(at) > SystemClock.Instance.GetCurrentInstant();
                if ((read && decided && due.Waiting == 0) || Stopwatch.GetElapsedTime(started) > Patience)
                    return;
                await Task.Delay(50, cancel);
            }
        });
    }

    private static async Task ReportAsync(
        BridgeHost bridge, SandboxHost sandbox, DemoState state, string token, int accounts, CancellationToken cancel)
    {
        var database = bridge.Services.GetRequiredService<Database>();
        var (workers, users, groups, due) = await database.ReadAsync(
            async s => (
                await WorkerStore.CountAsync(s, DemoFolder.Source, cancel),
                await ResourceStore.CountAsync(s, "User", cancel),
                await ResourceStore.CountAsync(s, "Group", cancel),
                await DueStore.CountAsync(s, DemoFolder.Target, cancel)),
            cancel);
        var counts = bridge.Services.GetRequiredService<DeliveryTally>()[DemoFolder.Target];
        var lines = string.Create(CultureInfo.InvariantCulture, $$"""

            workers read      {{workers}}
            users, groups     {{users}}, {{groups}}
            accounts created  {{counts.Created}} (users and groups), memberships {{counts.Memberships}}
            failed:           {{due.Dead}}
            service accounts  {{accounts}}, which Grace Okafor looks after

            SCIM service      {{state.BridgeUrl}}/scim/v2
              token           {{token}}
              try             curl -H "Authorization: Bearer {{token}}" "{{state.BridgeUrl}}/scim/v2/Users?count=3"
            target            {{state.TargetUrl}}   (to look at: {{sandbox.BaseAddress}})

            In a second terminal, let Grace Okafor leave:
              dotnet run --project src/ScimBridge.Server -- demo terminate 1017

            Ctrl+C stops the demo.
            """);
        Console.WriteLine(lines);
    }
}
