using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Api;
using ScimBridge.Server.Cli;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Api;

namespace ScimBridge.Server.Tests.Journal;

/// <summary>Who is erased is found nowhere any more, and the chain of the journal holds.</summary>
public sealed class ErasureTests
{
    private const string Given = "Zdravko";
    private const string Family = "Quintavalle";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Nothing_names_who_was_erased_but_the_reserved_user_name(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        string[] others = [TestBridge.Row("2", "Bob", "Dahl", manager: "1"), TestBridge.Row("3", "Eve", "Kim", department: "Finance")];
        await bridge.ImportAsync([TestBridge.Row("1", Given, Family, title: "Archer"), .. others]);
        await bridge.ImportAsync([TestBridge.Row("1", Given, Family, title: "Fletcher", department: "Weaponry"), .. others]);
        // One of whose rows cannot be read, and one whose record is not believed.
        await bridge.ImportAsync([TestBridge.Row("1", Given, Family, status: "?"), .. others]);
        await bridge.ImportAsync([TestBridge.Row("1", Given, Family, status: "T", title: "Fletcher", department: "Weaponry"), .. others]);
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        var id = await UserAsync(bridge, "1");
        await bridge.SealAsync();
        Assert.NotEmpty(await FindAsync(bridge, id));

        Assert.Equal(ErasureRefusal.None, await bridge.Get<Erasure>().EraseAsync(id, "request 17", "client:officer", "test", None));
        await bridge.SettleInTimeAsync();
        await bridge.SealAsync();

        Assert.Equal(["user_name"], (await FindAsync(bridge, id)).Distinct(StringComparer.Ordinal));
        Assert.DoesNotContain(bridge.Corp.Users(), u => u.UserName.Contains(Family, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(2, bridge.Corp.Users().Count);
        var findings = await bridge.CheckAsync();
        Assert.Empty(findings.Faults);
        var manager = await bridge.Database.ReadAsync(
            s => s.FirstAsync("SELECT r.body FROM resource r JOIN worker w ON w.resource_id = r.id WHERE w.worker_id = '2'", r => r.GetString(0), None), None);
        Assert.DoesNotContain(id, manager, StringComparison.Ordinal);

        // A pack says so, and is sound.
        var now = bridge.Get<IClock>().GetCurrentInstant();
        var pack = await bridge.Get<EvidencePacks>().MakeAsync(
            new PackRequest(now - Duration.FromDays(30), now + Duration.FromDays(1)) { Details = true }, "https://bridge.example", "client:auditor", "test", None);
        await using var file = bridge.Get<EvidencePacks>().Open(pack);
        var text = new MemoryStream();
        await file.CopyToAsync(text);
        Assert.Empty(VerifyCommand.PackFaults(new MemoryStream(text.ToArray()), await bridge.Get<SigningKeys>().JwksAsync(None)));
        var told = Encoding.UTF8.GetString(text.ToArray());
        Assert.Contains("\"detail\":\"erased\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain(Family, told, StringComparison.OrdinalIgnoreCase);

        // The same row again is known, and brings nobody back; a decision about what is left changes nothing.
        Assert.Equal(0, (await bridge.ImportAsync([TestBridge.Row("1", Given, Family, status: "T", title: "Fletcher", department: "Weaponry"), .. others])).Counts.Changed);
        await bridge.Database.WriteAsync(s => s.ExecuteAsync("UPDATE worker SET decide_at = 1 WHERE worker_id = '1'", None), None);
        await bridge.SettleAsync();
        Assert.Equal(["user_name"], (await FindAsync(bridge, id)).Distinct(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_has_access_or_an_open_case_is_not_erased(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        var id = await UserAsync(bridge, "1");
        var erasure = bridge.Get<Erasure>();
        Assert.Equal(ErasureRefusal.NotLeft, await erasure.EraseAsync(id, "request", "client:officer", "test", None));
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"));
        Assert.Equal(ErasureRefusal.CaseOpen, await erasure.EraseAsync(id, "request", "client:officer", "test", None));
        Assert.Equal(ErasureRefusal.Unknown, await erasure.EraseAsync(Guid.CreateVersion7().ToString(), "request", "client:officer", "test", None));
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        Assert.Equal(ErasureRefusal.None, await erasure.EraseAsync(id, "request", "client:officer", "test", None));
        // Once more does no harm.
        Assert.Equal(ErasureRefusal.None, await erasure.EraseAsync(id, "request", "client:officer", "test", None));
    }

    [Fact]
    public async Task It_takes_who_may_approve_and_a_reason()
    {
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite);
        var root = bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal);
        var (chief, other) = (await bridge.TokenAsync("strict", "chief", Scopes.AdminApprove), await bridge.TokenAsync("strict", "other", Scopes.AdminRead, Scopes.AdminOperate));
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        var id = await bridge.FindAsync("ann.holt@corp.example");
        var reason = new JsonObject { ["reason"] = "request 17" };

        (await bridge.SendAsync("POST", $"{root}/admin/v1/people/{id}/erase", reason, other)).Is(HttpStatusCode.Forbidden);
        (await bridge.SendAsync("POST", $"{root}/admin/v1/people/{id}/erase", new JsonObject(), chief)).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await bridge.SendAsync("POST", $"{root}/admin/v1/people/{id}/erase", reason, chief)).Is(HttpStatusCode.Conflict);
        (await bridge.SendAsync("POST", $"{root}/admin/v1/people/nobody/erase", reason, chief)).Is(HttpStatusCode.NotFound);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"));
        // Without a target nothing had to end.
        (await bridge.SendAsync("POST", $"{root}/admin/v1/people/{id}/erase", reason, chief)).Is(HttpStatusCode.OK);
        (await bridge.GetAsync($"/Users/{id}")).Is(HttpStatusCode.NotFound);
    }

    private static async Task<string> UserAsync(TestBridge bridge, string worker) => (await bridge.Database.ReadAsync(
        s => s.FirstAsync("SELECT resource_id FROM worker WHERE worker_id = @id", r => r.GetString(0), None, ("id", worker)), None))!;

    // Every value of every table that names the person, or says what they were.
    private static async Task<List<string>> FindAsync(TestBridge bridge, string id)
    {
        string[] said = [Given, Family, "Archer", "Fletcher", "Weaponry"];
        var tables = await bridge.Database.ReadAsync(
            s => s.QueryAsync(
                bridge.Storage.Kind == DatabaseKind.Sqlite
                    ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'SchemaVersions'"
                    : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'schemaversions'",
                r => r.GetString(0),
                None),
            None);
        Assert.True(tables.Count > 30);
        var found = new List<string>();
        foreach (var table in tables)
        {
            var rows = await bridge.Database.ReadAsync(
                s => s.QueryAsync($"SELECT * FROM {table}", r => string.Join(" | ", Enumerable.Range(0, r.FieldCount).Select(i => r.GetValue(i).ToString())), None), None);
            // The group of a department is the company's, not the person's.
            found.AddRange(rows.Where(r => said.Any(w => r.Contains(w, StringComparison.OrdinalIgnoreCase)) && (r.Contains(id, StringComparison.Ordinal) || r.Contains(Family, StringComparison.OrdinalIgnoreCase)
                || table is "record" or "held_record" or "worker" or "quarantine" or "batch_fault")).Select(_ => table));
        }

        return found;
    }
}
