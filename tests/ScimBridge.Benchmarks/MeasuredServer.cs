using System.Diagnostics;

namespace ScimBridge.Benchmarks;

/// <summary>A server in a process of its own, so that its memory is its own.</summary>
internal sealed class MeasuredServer : IDisposable
{
    private readonly Process _process;

    private MeasuredServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The memory that is resident now, in MB.</summary>
    public double ResidentMB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>How long processors have worked for it.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it, and waits until it says where it serves.</summary>
    public static async Task<MeasuredServer> StartAsync(string program, params string[] arguments)
    {
        var process = ServerProcess.Start(program, arguments);
        var said = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said += line + "\n";
            if (line.Contains(" serves at ", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return new MeasuredServer(process, new Uri(line.Split(' ')[^1]));
            }
        }

        throw new InvalidOperationException("The server did not start: " + said);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
