using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Tests.Feeds;

/// <summary>
/// What an identity system has no use for and nothing maps comes no further than the feed: values put in pay, bank, national number and
/// diagnosis are found nowhere in the database, the log, or what a target is asked.
/// </summary>
public sealed class CanaryTests
{
    private const string Canary = "zqxCANARYjv";
    private const string Head = "id,given,family,status,title,manager,salary,iban,ssn,diagnosis,birthDate,leaveReason";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Csv_leaves_nothing_of_what_is_not_mapped(DatabaseKind kind)
    {
        // Sound rows, and rows of every sort that is refused, doubted or held.
        var rows = new StringBuilder(Head).Append('\n');
        for (var i = 1; i <= 20; i++)
            rows.Append(Row($"{i}", $"Given{i}", "A", "Clerk"));
        var first = rows.ToString();
        rows.Append(Row("30", "Bad", "GONE", "Clerk")).Append(Row("", "None", "A", "Clerk")).Append("31,Short,A," + Canary + "\n")
            .Append(Row("32", "Long", "A", "Clerk").TrimEnd('\n') + "," + Canary + "\n").Append("33,\"Quo" + "te,x,A,," + Canary + "\n").Append(Row("1", "Twice", "A", "Lead"));
        var second = rows.ToString();
        var third = second.Replace(",A,Clerk", ",T,Clerk", StringComparison.Ordinal).Replace("Given7,", "Whole,", StringComparison.Ordinal);
        await AssertNothingAsync(kind, Source("csv", []), [first, second, third, Head + "\n1," + Canary + new string('x', 1_100_000)]);

        static string Row(string id, string given, string status, string title) => string.Join(
            ',', id, given, "Berg", status, title, "", Canary + "1", Canary + "2", Canary + "3", Canary + "4", Canary + "5", Canary + "6") + "\n";
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Json_leaves_nothing_of_what_is_not_mapped(DatabaseKind kind)
    {
        var lines = Enumerable.Range(1, 20).Select(i => new JsonObject
        {
            ["id"] = $"{i}", ["given"] = $"Given{i}", ["family"] = "Berg", ["status"] = i == 5 ? "GONE" : "A", ["title"] = "Clerk", ["manager"] = null,
            ["salary"] = new JsonObject { ["amount"] = Canary, ["currency"] = "DKK" }, ["iban"] = Canary, ["ssn"] = new JsonArray(Canary, Canary),
            ["diagnosis"] = Canary, ["unknown"] = new JsonObject { ["deep"] = new JsonObject { ["deeper"] = Canary } },
        }.ToJsonString()).ToList();
        lines.Add("{\"id\":\"40\",\"salary\":\"" + Canary);
        lines.Add("[\"" + Canary + "\"]");
        lines.Add("{\"id\":{\"x\":\"" + Canary + "\"},\"given\":[],\"family\":\"Berg\",\"status\":\"A\",\"title\":\"\",\"manager\":\"\"}");
        var text = string.Join('\n', lines);
        await AssertNothingAsync(kind, Source("json", new JsonObject { ["lines"] = true }), [text, text.Replace("\"A\"", "\"T\"", StringComparison.Ordinal)]);
    }

    private static async Task AssertNothingAsync(DatabaseKind kind, JsonObject source, string[] feeds)
    {
        using var log = new CapturedLog();
        await using var target = new RecordedTarget();
        await using var bridge = await FeedBridge.StartAsync(kind, source, log, target.Url);
        foreach (var feed in feeds)
        {
            await bridge.ReadAsync(Encoding.UTF8.GetBytes(feed), new Manifest("full"));
            await bridge.DeliverAsync();
        }

        // The walk would show nothing where nothing was kept, said or asked.
        Assert.Contains(target.Requests, r => r.Contains("Given1", StringComparison.Ordinal));
        Assert.NotEmpty(log.Lines);
        Assert.NotEmpty(await WhereAsync(bridge, kind, "Given1"));
        Assert.Empty(await WhereAsync(bridge, kind, Canary));
        Assert.DoesNotContain(log.Lines, l => l.Contains(Canary, StringComparison.Ordinal));
        Assert.DoesNotContain(target.Requests, r => r.Contains(Canary, StringComparison.Ordinal));
    }

    // The tables that have the text anywhere; of SQLite the files, which have every page that was ever written.
    private static async Task<List<string>> WhereAsync(FeedBridge bridge, DatabaseKind kind, string text)
    {
        if (kind == DatabaseKind.Sqlite)
        {
            var found = new List<string>();
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(bridge.Location)!))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = new MemoryStream();
                await stream.CopyToAsync(copy);
                if (copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
                    found.Add(Path.GetFileName(file));
            }

            return found;
        }

        return await bridge.Database.ReadAsync(
            async s =>
            {
                var found = new List<string>();
                var tables = await s.QueryAsync(
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'", r => r.GetString(0), CancellationToken.None);
                foreach (var table in tables)
                {
                    var count = await s.FirstAsync(
                        $"SELECT count(*) FROM \"{table}\" AS t WHERE CAST(t AS text) LIKE @text", r => r.GetInt64(0), CancellationToken.None, ("text", $"%{text}%"));
                    if (count > 0)
                        found.Add(table);
                }

                return found;
            },
            CancellationToken.None);
    }

    private static JsonObject Source(string kind, JsonObject more)
    {
        var source = new JsonObject
        {
            ["kind"] = kind,
            ["columns"] = new JsonObject
            {
                ["workerId"] = "id", ["givenName"] = "given", ["familyName"] = "family", ["status"] = "status", ["title"] = "title", ["managerId"] = "manager",
            },
            ["constants"] = new JsonObject { ["type"] = "employee" },
            ["words"] = new JsonObject { ["status"] = new JsonObject { ["A"] = "active", ["T"] = "terminated" } },
            ["timeZone"] = "Europe/Copenhagen",
        };
        foreach (var (name, value) in more)
            source[name] = value?.DeepClone();
        return source;
    }

    private sealed class CapturedLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            _lines.Enqueue(state.ToString() ?? "");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }

    /// <summary>A target that keeps every request as it came, and takes whatever it is given.</summary>
    private sealed class RecordedTarget : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _serving;

        public RecordedTarget()
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/scim";
            }

            _listener.Prefixes.Add(Url + "/");
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Url { get; }

        public ConcurrentQueue<string> Requests { get; } = [];

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync()
        {
            for (var id = 1; _listener.IsListening; id++)
            {
                HttpListenerContext call;
                try
                {
                    call = await _listener.GetContextAsync();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                var body = await new StreamReader(call.Request.InputStream).ReadToEndAsync();
                Requests.Enqueue($"{call.Request.HttpMethod} {call.Request.RawUrl} {call.Request.Headers} {body}");
                var isNew = call.Request.HttpMethod == "POST";
                var answer = JsonNode.Parse(isNew ? body : """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}""")!.AsObject();
                if (isNew)
                    answer["id"] = $"{id}";
                call.Response.StatusCode = isNew ? 201 : call.Request.HttpMethod == "GET" ? 200 : 204;
                call.Response.ContentType = "application/scim+json";
                if (call.Response.StatusCode != 204)
                    await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString()));
                call.Response.Close();
            }
        }
    }
}
