namespace ScimBridge.Sandbox;

/// <summary>Leaves Ctrl+C and the like to whoever started the sandbox.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
