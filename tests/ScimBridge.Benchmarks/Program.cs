using ScimBridge.Benchmarks;
using ScimBridge.Fixtures;

// dotnet run -c Release --project tests/ScimBridge.Benchmarks [-- workers [accounts]]
var workers = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 100_000;
var accounts = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 10_000;
var table = new ResultTable();
foreach (var kind in Enum.GetValues<DatabaseKind>())
    await ImportBenchmark.RunAsync(kind, workers, table);
foreach (var kind in Enum.GetValues<DatabaseKind>())
    await DeliveryBenchmark.RunAsync(kind, accounts, table);
Console.WriteLine();
Console.Write(table);
