using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// The name of this process among all that share a database: machine, process id, time of its start. Who reads the name of another
/// process of the same machine can tell that it has died, and need not wait until its leases run out.
/// </summary>
internal static class NodeName
{
    // Both clocks are derived from the time of the boot, and each process reads that a little differently.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>The name of this process.</summary>
    public static string Own { get; } = Of(Process.GetCurrentProcess());

    /// <summary>Whether the name is that of a process of this machine that has died.</summary>
    public static bool HasDied(string name)
    {
        var parts = name.Split('|');
        if (parts.Length < 3 || parts[0] != Environment.MachineName
            || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(parts[2], CultureInfo.InvariantCulture, out var started))
            return false;
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited || (process.StartTime.ToUniversalTime() - new DateTime(started, DateTimeKind.Utc)).Duration() > Tolerance;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return true;
        }
    }

    private static string Of(Process process) => string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName}|{process.Id}|{process.StartTime.ToUniversalTime().Ticks}");
}
