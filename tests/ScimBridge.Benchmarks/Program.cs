using System.CommandLine;
using ScimBridge.Benchmarks;
using ScimBridge.Fixtures;

// dotnet run -c Release --project tests/ScimBridge.Benchmarks [-- scim|get|import|delivery|leavers|plan|reconcile|evidence [options]]; without a word, all of them
var database = new Option<DatabaseKind?>("--database") { Description = "sqlite or postgres; both where it is not said.", Recursive = true };
var users = new Option<int>("--users") { Description = "How many users the SCIM service has.", DefaultValueFactory = _ => 100_000 };
var workers = new Option<int>("--workers") { Description = "How many workers are imported.", DefaultValueFactory = _ => 100_000 };
var accounts = new Option<int>("--accounts") { Description = "How many workers have accounts at the targets.", DefaultValueFactory = _ => 100_000 };
var perSecond = new Option<int>("--per-second") { Description = "How many calls a second each target permits.", DefaultValueFactory = _ => 100 };
var seconds = new Option<int>("--seconds") { Description = "For how many seconds that is to be used.", DefaultValueFactory = _ => 300 };
var location = new Argument<string>("location");
var kind = new Argument<DatabaseKind>("kind");

var scim = new Command("scim", "The SCIM service under load.") { users };
scim.SetAction(parsed => RatiosAsync(parsed, (k, table) => ScimBenchmark.RunAsync(k, parsed.GetValue(users), table)));
var get = new Command("get", "One resource by its id alone, against the floor, with the processor time of each.") { users };
get.SetAction(async parsed =>
{
    foreach (var each in Kinds(parsed))
        await GetBenchmark.RunAsync(each, parsed.GetValue(users));
});
var import = new Command("import", "A feed, and the same feed again.") { workers };
import.SetAction(parsed => TableAsync(parsed, (k, table) => ImportBenchmark.RunAsync(k, parsed.GetValue(workers), table)));
var delivery = new Command("delivery", "Accounts to targets over HTTP.") { accounts, perSecond, seconds };
delivery.SetAction(parsed => RatiosAsync(parsed, (k, table) =>
    DeliveryBenchmark.RunAsync(k, parsed.GetValue(accounts), parsed.GetValue(perSecond), parsed.GetValue(seconds), table)));
var leavers = new Command("leavers", "Leavers, from the event of HR to the proof, at rest and behind waiting updates.") { accounts, perSecond };
leavers.SetAction(parsed => RatiosAsync(parsed, (k, table) => LeaverBenchmark.RunAsync(k, parsed.GetValue(accounts), parsed.GetValue(perSecond), table)));
var plan = new Command("plan", "What-if plans over five targets.") { workers };
plan.SetAction(parsed => TableAsync(parsed, (k, table) => PlanBenchmark.RunAsync(k, parsed.GetValue(workers), table)));
var reconcile = new Command("reconcile", "What targets have against what they should have.") { accounts };
reconcile.SetAction(parsed => RatiosAsync(parsed, (k, table) => ReconcileBenchmark.RunAsync(k, parsed.GetValue(accounts), table)));
var identities = new Option<int>("--identities") { Description = "How many identities the evidence is of.", DefaultValueFactory = _ => 100_000 };
var evidence = new Command("evidence", "An evidence pack, made and checked.") { identities };
evidence.SetAction(parsed => TableAsync(parsed, (k, table) => EvidenceBenchmark.RunAsync(k, parsed.GetValue(identities), table)));
var floor = new Command("floor", "Serves what the SCIM service is compared with.") { kind, location };
floor.Hidden = true;
floor.SetAction(parsed => FloorServer.RunAsync(parsed.GetValue(kind), parsed.GetValue(location)!));
var configuration = new Argument<string>("configuration");
var drain = new Command("drain", "Delivers what it is told to.") { configuration };
drain.Hidden = true;
drain.SetAction(parsed => DrainServer.RunAsync(parsed.GetValue(configuration)!));
var root = new RootCommand("Measures ScimBridge.") { database, scim, get, import, delivery, leavers, plan, reconcile, evidence, floor, drain };
root.SetAction(async _ =>
{
    var failed = 0;
    foreach (var command in new[] { "import", "delivery", "leavers", "plan", "reconcile", "evidence", "scim" })
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

async Task<int> RatiosAsync(ParseResult parsed, Func<DatabaseKind, RatioTable, Task> run)
{
    var table = new RatioTable();
    foreach (var each in Kinds(parsed))
        await run(each, table);
    Console.WriteLine();
    Console.Write(table);
    return table.Holds ? 0 : 1;
}
