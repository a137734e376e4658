using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;

namespace ScimBridge.Server.Cli;

/// <summary>
/// The bridge inside a command: a node like any other on the same database, without HTTP, whose drains the command runs itself.
/// </summary>
internal sealed class CommandNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private CommandNode(ServiceProvider services)
    {
        _services = services;
    }

    public static async Task<CommandNode> StartAsync(BridgeConfiguration configuration, CancellationToken cancel)
    {
        var services = new ServiceCollection()
            .AddLogging(l => l.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning))
            .AddBridge(configuration)
            .AddSingleton<IAlarm, QuietAlarm>()
            .BuildServiceProvider();
        var node = new CommandNode(services);
        await node.Get<Database>().MigrateAsync(cancel);
        await node.Get<MappingChanges>().MarkAsync(cancel);
        return node;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Runs the drain until nothing is due now; null where nothing will be due, or where another node runs it.</summary>
    public Task<Instant?> RunAsync(DrainKind kind, string name, CancellationToken cancel) =>
        Get<DrainRunner>().RunAsync(new DrainKey(kind, name), cancel);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
