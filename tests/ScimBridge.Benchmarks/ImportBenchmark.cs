using System.Diagnostics;
using System.Globalization;
using ScimBridge.Fixtures;
using ScimBridge.Storage;

namespace ScimBridge.Benchmarks;

/// <summary>A feed into an empty database, and the same feed again. The floor is one row a worker, inserted as fast as the store inserts.</summary>
internal static class ImportBenchmark
{
    private const int Changes = 10_000;

    public static async Task RunAsync(DatabaseKind kind, int workers, ResultTable table)
    {
        Console.WriteLine($"Import of {workers} workers, {kind}");
        var folder = Directory.CreateTempSubdirectory("scimbridge-bench-").FullName;
        try
        {
            await using var database = await TestDatabase.CreateAsync(kind);
            var file = Path.Combine(folder, "workers.csv");
            Company.Write(file, workers);
            var config = Company.Configure(folder, database, target: null);
            var floor = await FloorAsync(kind, workers);

            var first = await ServerProcess.ImportAsync(config, file);
            var again = await ServerProcess.ImportAsync(config, file);

            var changes = Path.Combine(folder, "changes.csv");
            Company.Write(changes, workers, Math.Min(Changes, workers));
            var delta = await ServerProcess.ImportAsync(config, changes, "delta");

            table.Add(
                $"import, {kind}", "5,000/s", workers / (first.Phases["read"] + first.Phases["decided"]), "workers/s", floor, "one row each");
            table.Add(
                $"same file again, {kind}", "100,000/s", workers / (again.Phases["read"] + again.Phases["decided"]), "workers/s",
                ReadFloor(file, workers), "reading lines");
            table.Add($"{Changes} changes to {workers} workers, {kind}", "< 20 s", string.Create(
                CultureInfo.InvariantCulture, $"{delta.Phases["read"] + delta.Phases["decided"]:0.0} s"));
            table.Add($"resident, {kind}", "< 500 MB", string.Create(CultureInfo.InvariantCulture, $"{first.PeakMiB} MiB, again {again.PeakMiB} MiB"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> FloorAsync(DatabaseKind kind, int workers)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var began = Stopwatch.GetTimestamp();
        for (var at = 0; at < workers; at += 5_000)
        {
            var rows = new Rows("id", "type", "body", "search:json");
            for (var i = at; i < Math.Min(workers, at + 5_000); i++)
                rows.Add(i.ToString("D10", CultureInfo.InvariantCulture), "User", new string('x', 1_000), "{}");
            await database.Database.WriteAsync(
                s => s.ExecuteAsync(
                    "INSERT INTO resource (id, type, version, created_at, modified_at, body, search) " +
                    "SELECT v.id, v.type, 1, 1, 1, v.body, v.search FROM ({rows}) AS v",
                    rows,
                    CancellationToken.None),
                CancellationToken.None);
        }

        return workers / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double ReadFloor(string file, int workers)
    {
        var began = Stopwatch.GetTimestamp();
        var lines = File.ReadLines(file).Count();
        return Math.Min(lines, workers) / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
