using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Benchmarks;

/// <summary>
/// An evidence pack of a company with everything that its first import has noted, made and checked by the command line in a process of its own: first
/// with all of the journal to be sealed, then again.
/// </summary>
internal static class EvidenceBenchmark
{
    private const string Wanted = "< 60 s";

    public static async Task RunAsync(DatabaseKind kind, int identities, ResultTable table)
    {
        Console.WriteLine($"Evidence of {identities} identities, {kind}");
        var folder = Directory.CreateTempSubdirectory("scimbridge-bench-").FullName;
        try
        {
            await using var database = await TestDatabase.CreateAsync(kind);
            var file = Path.Combine(folder, "workers.csv");
            Company.Write(file, identities);
            var config = Company.Configure(folder, database, target: null);
            await ServerProcess.ImportAsync(config, file);
            string[] arguments = ["--config", config, "evidence", "--from", "2020-01-01T00:00:00Z", "--to", "2100-01-01T00:00:00Z"];

            var (first, _) = await MeasureAsync("with the whole journal to seal", arguments);
            var (again, said) = await MeasureAsync("again", arguments);
            var keys = Path.Combine(folder, "jwks.json");
            await File.WriteAllTextAsync(keys, await KeysAsync(database));
            var (verified, _) = await MeasureAsync("checked", ["verify", (string)JsonNode.Parse(said)!["file"]!, "--keys", keys]);
            var (journal, _) = await MeasureAsync("journal in the database checked", ["--config", config, "journal", "verify"]);
            var size = $"{(long)JsonNode.Parse(said)!["figures"]!["entries"]!:N0} entries, {(long)JsonNode.Parse(said)!["bytes"]! >> 20} MiB";
            table.Add($"evidence of {identities:N0} identities ({size}), {kind}", Wanted, again);
            table.Add($"the same, with the whole journal to seal, {kind}", "", first);
            table.Add($"scimbridge verify of it, {kind}", "", verified);
            table.Add($"scimbridge journal verify, {kind}", "", journal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(string Measured, string Said)> MeasureAsync(string what, string[] arguments)
    {
        var (seconds, processor, peak, said) = await ServerProcess.RunAsync(arguments);
        var measured = string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s ({processor:0.0} s of a processor), {peak} MiB resident");
        Console.WriteLine($"  {what}: {measured}");
        return (measured, said);
    }

    // As GET /.well-known/jwks.json answers.
    private static async Task<string> KeysAsync(TestDatabase database)
    {
        var keys = await database.Database.ReadAsync(s => SigningKeyStore.AllAsync(s, CancellationToken.None), CancellationToken.None);
        return new JsonObject { ["keys"] = new JsonArray([.. keys.Values.Select(k => (JsonNode)SigningKey.OfPkcs8(k).PublicJwk())]) }.ToJsonString();
    }
}
