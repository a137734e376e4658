using System.Diagnostics;
using System.Globalization;

namespace ScimBridge.Benchmarks;

/// <summary>Has a <see cref="DrainServer"/> do things.</summary>
internal sealed class DrainClient(string configuration) : IDisposable
{
    private readonly Process _process = ServerProcess.Start("ScimBridge.Benchmarks.dll", ["drain", configuration], listens: true);

    /// <summary>Delivers what is due at some targets, until nothing is.</summary>
    public Task<(double Seconds, double Processor)> DeliverAsync(params string[] targets) => DoAsync("deliver " + string.Join(',', targets));

    /// <summary>Makes the calls of a file with a bare HTTP client.</summary>
    public Task<(double Seconds, double Processor)> CallAsync(string file) => DoAsync("call " + file);

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task<(double Seconds, double Processor)> DoAsync(string what)
    {
        await _process.StandardInput.WriteLineAsync(what);
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // What is logged goes the same way.
            var parts = line.Split(' ');
            if (parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var seconds)
                && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var processor))
                return (seconds, processor);
            Console.WriteLine("  " + line);
        }

        throw new InvalidOperationException("The delivery ended: " + what);
    }
}
