using System.Globalization;

namespace ScimBridge.Fixtures;

/// <summary>Finds the programs of an installed PostgreSQL.</summary>
internal static class PostgresPrograms
{
    private const string Debian = "/usr/lib/postgresql";

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>: of the newest version, or on the PATH; null where there is none.</summary>
    public static string? Find()
    {
        // The cluster is kept by a shell (see PostgresCluster); on Windows a container serves.
        if (OperatingSystem.IsWindows())
            return null;
        var versions = Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [];
        return versions
            .OrderByDescending(v => double.TryParse(Path.GetFileName(v), CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Select(v => Path.Combine(v, "bin"))
            .Concat(OnPath())
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    /// <summary>Whether a program is on the PATH.</summary>
    public static bool Has(string program) => OnPath().Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string[] OnPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
}
