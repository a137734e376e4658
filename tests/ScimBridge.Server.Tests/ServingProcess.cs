using System.Diagnostics;

namespace ScimBridge.Server.Tests;

/// <summary>A bridge that serves in a process of its own, and whose end is to be killed (SIGKILL): it gets to finish nothing.</summary>
internal sealed class ServingProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServingProcess(Process process) => _process = process;

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts one.</summary>
    /// <param name="configuration">The path of its <c>bridge.json</c>.</param>
    public static ServingProcess Start(string configuration) => new(Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "ScimBridge.Server.dll"), "serve", "--config", configuration])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        Environment = { ["Logging__LogLevel__Default"] = "None" },
    })!);

    /// <summary>Kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
