using System.CommandLine;
using ScimBridge.Benchmarks;
using ScimBridge.Fixtures;

// dotnet run -c Release --project tests/ScimBridge.Benchmarks [-- scim|get|import|delivery|plan [options]]; without a word, all of them
var database = new Option<DatabaseKind?>("--database") { Description = "sqlite or postgres; both where it is not said.", Recursive = true };
var users = new Option<int>("--users") { Description = "How many users the SCIM service has.", DefaultValueFactory = _ => 100_000 };
var workers = new Option<int>("--workers") { Description = "How many workers are imported.", DefaultValueFactory = _ => 100_000 };
var accounts = new Option<int>("--accounts") { Description = "How many accounts are delivered.", DefaultValueFactory = _ => 10_000 };
var location = new Argument<string>("location");
var kind = new Argument<DatabaseKind>("kind");

var scim = new Command("scim", "The SCIM service under load.") { users };
scim.SetAction(ScimAsync);
var get = new Command("get", "One resource by its id alone, against the floor, with the processor time of each.") { users };
get.SetAction(async parsed =>
{
    foreach (var each in Kinds(parsed))
        await GetBenchmark.RunAsync(each, parsed.GetValue(users));
});
var import = new Command("import", "A feed, and the same feed again.") { workers };
import.SetAction(parsed => TableAsync(parsed, (k, table) => ImportBenchmark.RunAsync(k, parsed.GetValue(workers), table)));
var delivery = new Command("delivery", "Accounts to a target over HTTP.") { accounts };
delivery.SetAction(parsed => TableAsync(parsed, (k, table) => DeliveryBenchmark.RunAsync(k, parsed.GetValue(accounts), table)));
var plan = new Command("plan", "What-if plans over five targets.") { workers };
plan.SetAction(parsed => TableAsync(parsed, (k, table) => PlanBenchmark.RunAsync(k, parsed.GetValue(workers), table)));
var floor = new Command("floor", "Serves what the SCIM service is compared with.") { kind, location };
floor.Hidden = true;
floor.SetAction(parsed => FloorServer.RunAsync(parsed.GetValue(kind), parsed.GetValue(location)!));
var root = new RootCommand("Measures ScimBridge.") { database, scim, get, import, delivery, plan, floor };
root.SetAction(async _ =>
{
    var failed = 0;
    foreach (var command in new[] { "import", "delivery", "plan", "scim" })
        failed |= await root.Parse(command).InvokeAsync();
    return failed;
});
return await root.Parse(args).InvokeAsync();

DatabaseKind[] Kinds(ParseResult parsed) => parsed.GetValue(database) is { } one ? [one] : Enum.GetValues<DatabaseKind>();

async Task TableAsync(ParseResult parsed, Func<DatabaseKind, ResultTable, Task> run)
{
    var table = new ResultTable();
    foreach (var each in Kinds(parsed))
        await run(each, table);
    Console.WriteLine();
    Console.Write(table);
}

async Task<int> ScimAsync(ParseResult parsed)
{
    var table = new RatioTable();
    foreach (var each in Kinds(parsed))
        await ScimBenchmark.RunAsync(each, parsed.GetValue(users), table);
    Console.WriteLine();
    Console.Write(table);
    return table.Holds ? 0 : 1;
}
