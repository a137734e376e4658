using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Demo;

/// <summary>What a running demo leaves in its folder for the second terminal.</summary>
/// <param name="BridgeUrl">Where the bridge listens.</param>
/// <param name="TargetUrl">The SCIM base URL of the sandbox target.</param>
/// <param name="TargetToken">Its token.</param>
/// <param name="HrToken">A token that may hand in records of the source <c>hr</c>.</param>
/// <param name="AdminToken">A token that may look at everything that administrators see.</param>
internal sealed record DemoState(string BridgeUrl, string TargetUrl, string TargetToken, string HrToken, string AdminToken);

/// <summary>The files of the demo. The sample's dates are relative to the day (<c>@-30</c>), so that its stories stay true.</summary>
internal static partial class DemoFolder
{
    public const string Source = "hr";
    public const string Target = "sandbox";
    private const string StateFile = "state.json";
    private static readonly string[] Samples = ["joiner", "leave", "leaver"];

    /// <summary>Makes the folder anew: the configuration, the HR file as of today, no database.</summary>
    public static BridgeConfiguration Create(string folder, int port, LocalDate today)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in new[] { "bridge.db", "bridge.db-wal", "bridge.db-shm", StateFile })
            File.Delete(Path.Combine(folder, old));
        var vault = Path.Combine(folder, "vault");
        if (Directory.Exists(vault))
            Directory.Delete(vault, recursive: true);
        File.WriteAllText(WorkersPath(folder), AsOf(Read("workers.csv"), today));
        var samples = Directory.CreateDirectory(Path.Combine(folder, "samples")).FullName;
        foreach (var name in Samples)
            File.WriteAllText(Path.Combine(samples, name + ".json"), Read($"samples/{name}.json"));
        var text = Read("bridge.json")
            .Replace(":5080", string.Create(CultureInfo.InvariantCulture, $":{port}"), StringComparison.Ordinal)
            .Replace(":5081", string.Create(CultureInfo.InvariantCulture, $":{port + 1}"), StringComparison.Ordinal);
        var path = Path.Combine(folder, "bridge.json");
        File.WriteAllText(path, text);
        return BridgeConfiguration.Parse(text, path, new Dictionary<string, string>());
    }

    public static string WorkersPath(string folder) => Path.Combine(folder, "workers.csv");

    public static void Save(string folder, DemoState state) =>
        File.WriteAllText(Path.Combine(folder, StateFile), JsonSerializer.Serialize(state));

    public static DemoState? Load(string folder)
    {
        var path = Path.Combine(folder, StateFile);
        return File.Exists(path) ? JsonSerializer.Deserialize<DemoState>(File.ReadAllText(path)) : null;
    }

    /// <summary>Puts days in place of <c>@-30</c> and <c>@+4</c>.</summary>
    public static string AsOf(string workers, LocalDate today) => RelativeDay().Replace(
        workers, m => LocalDatePattern.Iso.Format(today.PlusDays(int.Parse(m.Groups["days"].ValueSpan, CultureInfo.InvariantCulture))));

    private static string Read(string name)
    {
        using var stream = typeof(DemoFolder).Assembly.GetManifestResourceStream("demo/" + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"@(?<days>[+-]\d+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RelativeDay();
}
