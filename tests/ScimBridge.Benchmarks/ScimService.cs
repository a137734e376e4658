using System.Diagnostics;
using System.Globalization;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Benchmarks;

/// <summary>The SCIM service over a database of its own with a number of users, and a client of it.</summary>
internal sealed class ScimService : IAsyncDisposable
{
    private const string Users = "/scim/v2/Users";
    private const int AtOnce = 1_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("scimbridge-bench-").FullName;
    private readonly string _token;

    private ScimService(TestDatabase database, string token)
    {
        Database = database;
        _token = token;
        Configuration = Company.Configure(_folder, database, target: null);
    }

    public TestDatabase Database { get; }

    public string Configuration { get; }

    public MeasuredServer Server { get; private set; } = null!;

    public RawClient Client { get; private set; } = null!;

    /// <summary>Ids of the users, by number.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>Milliseconds that each request of 1,000 creations took.</summary>
    public List<double> BulkTimes { get; } = [];

    /// <summary>Creates the database, starts the server, and fills it by requests of 1,000 creations each.</summary>
    public static async Task<ScimService> StartAsync(DatabaseKind kind, int users)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var (_, token) = await new Tokens(database.Database, SystemClock.Instance)
            .CreateAsync("bench", "strict", ["scim.read", "scim.write"], Duration.FromDays(1), CancellationToken.None);
        var service = new ScimService(database, token);
        await service.RestartAsync();
        service.Add(users);
        return service;
    }

    /// <summary>Starts the server anew; answers with the seconds from there to the first answer to an authorised request.</summary>
    public async Task<double> RestartAsync()
    {
        Client?.Dispose();
        Server?.Dispose();
        var began = Stopwatch.GetTimestamp();
        Server = await MeasuredServer.StartAsync("ScimBridge.Server.dll", "--config", Configuration, "serve");
        Client = new RawClient(Server.Address, _token);
        Client.Time(Ids.Count == 0 ? Client.Get(Users) : Get(0), 200);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Creates users, which follow those that there are in number.</summary>
    public void Add(int users)
    {
        for (var end = Ids.Count + users; Ids.Count < end;)
        {
            var numbers = Enumerable.Range(Ids.Count, Math.Min(AtOnce, end - Ids.Count));
            var operations = numbers.Select(n => string.Create(
                CultureInfo.InvariantCulture, $$"""{"method":"POST","path":"/Users","bulkId":"{{n}}","data":{{ScimUser.Body(n)}}}"""));
            var request = Client.Request(
                "POST", "/scim/v2/Bulk",
                $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{string.Join(',', operations)}}]}""");
            var began = Stopwatch.GetTimestamp();
            var answer = Client.Exchange(request, 200)!.Value;
            if (numbers.Count() == AtOnce)
                BulkTimes.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Ids.AddRange(answer.GetProperty("Operations").EnumerateArray().Select(o => o.GetProperty("location").GetString()!.Split('/')[^1]));
        }
    }

    /// <summary>Creates a group of the first so many users; answers with its id.</summary>
    public string AddGroup(int members)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"Group of {members}");
        var id = Client.Exchange(
            Client.Request("POST", "/scim/v2/Groups", $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{name}}"}"""),
            201)!.Value.GetProperty("id").GetString()!;
        foreach (var some in Ids.Take(members).Chunk(AtOnce))
            Client.Exchange(AddMembers(id, some), 204);
        return id;
    }

    /// <summary>The request that adds members to a group.</summary>
    public byte[] AddMembers(string group, params string[] members) => Client.Request(
        "PATCH", "/scim/v2/Groups/" + group,
        $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"members","value":[{{string.Join(',', members.Select(m => $$"""{"value":"{{m}}"}"""))}}]}]}""");

    /// <summary>The request for one of the users.</summary>
    public byte[] Get(int n) => Client.Get($"{Users}/{Ids[n % Ids.Count]}");

    /// <summary>The request that looks for one of the users by the user name.</summary>
    public byte[] Find(int n) => Client.Get(
        $"{Users}?filter={Uri.EscapeDataString($"userName eq \"{ScimUser.UserName(n % Ids.Count)}\"")}");

    /// <summary>The request for a page of 100 by index.</summary>
    public byte[] PageAt(int startIndex) => Client.Get(string.Create(CultureInfo.InvariantCulture, $"{Users}?startIndex={startIndex}&count=100"));

    /// <summary>The request for a page of 100 by cursor; the first one where it is empty.</summary>
    public byte[] PageAfter(string cursor) => Client.Get($"{Users}?cursor={cursor}&count=100");

    /// <summary>The cursor of the last page of 100.</summary>
    public string LastCursor()
    {
        for (var cursor = ""; ;)
        {
            var page = Client.Exchange(PageAfter(cursor), 200)!.Value;
            if (!page.TryGetProperty("nextCursor", out var next))
                return cursor;
            cursor = next.GetString()!;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Server.Dispose();
        await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
