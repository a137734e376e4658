using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using ScimBridge.Conformance;
using ScimBridge.Conformance.Running;
using ScimBridge.Fixtures;

namespace ScimBridge.Server.Tests.Api;

/// <summary>
/// The conformance suite must be able to fail: a proxy before the server breaks one clause on purpose, and a case of that clause has to
/// notice, where it passes without the proxy's change.
/// </summary>
public sealed class MutantTests
{
    /// <summary>The clause that is broken, the cases to run, and how it is broken.</summary>
    public static TheoryData<string, string> Mutants => new()
    {
        { "total-is-page", "7644-3.4.2" },
        { "no-etag", "7644-3.14" },
        { "status-as-number", "7644-3.12" },
        { "plain-json", "7644-3.8" },
        { "no-scimType", "7644-3.3" },
        { "created-without-location", "7644-3.3" },
        { "deleted-is-200", "7644-3.6" },
        { "null-members", "7643-7" },
        { "password-shown", "7643-4.1-06" },
        { "filter-ignored", "7644-3.4.2.2" },
    };

    [Theory, MemberData(nameof(Mutants))]
    public async Task Broken_clause_is_noticed(string mutant, string cases)
    {
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite);
        await using var sound = await ProxyAsync(bridge.Url, (_, _) => { });
        await using var broken = await ProxyAsync(bridge.Url, (request, answer) => Break(mutant, request, answer), mutant == "filter-ignored");

        var before = await FailedAsync(sound, bridge.Secret, cases);
        var after = await FailedAsync(broken, bridge.Secret, cases);

        Assert.Empty(before);
        Assert.True(after.Count > 0, $"No case of {cases} noticed the mutant {mutant}.");
    }

    private static void Break(string mutant, HttpRequest request, MutableAnswer answer)
    {
        switch (mutant)
        {
            case "total-is-page" when (answer.Body?["Resources"]) is JsonArray page:
                answer.Body["totalResults"] = page.Count;
                break;
            case "no-etag":
                answer.Headers.Remove("ETag");
                break;
            case "status-as-number" when (answer.Body?["status"]) is JsonValue status:
                answer.Body["status"] = int.Parse(status.GetValue<string>(), CultureInfo.InvariantCulture);
                break;
            case "plain-json" when answer.Body is not null:
                answer.Headers["Content-Type"] = "text/plain";
                break;
            case "no-scimType":
                answer.Body?.Remove("scimType");
                break;
            case "created-without-location":
                answer.Headers.Remove("Location");
                break;
            case "deleted-is-200" when request.Method == "DELETE" && answer.Status == 204:
                answer.Status = 200;
                break;
            case "null-members" when (answer.Body?["id"]) is not null:
                answer.Body["documentationUri"] = null;
                break;
            case "password-shown" when (answer.Body?["userName"]) is not null:
                answer.Body["password"] = "secret";
                break;
        }
    }

    private static async Task<List<string>> FailedAsync(WebApplication proxy, string token, string cases)
    {
        var result = await Suite.RunAsync(
            new Settings { Url = proxy.Urls.First() + "/scim/v2", Token = token, Only = [cases], OwnChoices = true }, TextWriter.Null);
        // The addresses in the answers are those of the server behind the proxy, whose cases say so.
        return [.. result.Cases.Where(c => c.Outcome == Outcome.Failed).Select(c => c.Id)];
    }

    private static async Task<WebApplication> ProxyAsync(string url, Action<HttpRequest, MutableAnswer> change, bool ignoresFilter = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var origin = new Uri(url);
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        app.Lifetime.ApplicationStopped.Register(http.Dispose);
        app.Run(async context =>
        {
            var request = context.Request;
            var query = ignoresFilter && request.Query.ContainsKey("filter") ? "" : request.QueryString.Value;
            using var forward = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(origin, request.Path + query));
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            if (body.Length > 0)
                forward.Content = new ByteArrayContent(body.ToArray());
            foreach (var (name, values) in request.Headers)
            {
                if (!name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !forward.Headers.TryAddWithoutValidation(name, values.ToArray()))
                    forward.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }

            using var response = await http.SendAsync(forward);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            // The server speaks of its own address; a client of the proxy has to be told of the proxy's.
            var text = Encoding.UTF8.GetString(bytes).Replace(origin.Authority, request.Host.Value!, StringComparison.Ordinal);
            var answer = new MutableAnswer
            {
                Status = (int)response.StatusCode,
                Body = text.Length > 0 && text[0] == '{' ? JsonNode.Parse(text)!.AsObject() : null,
            };
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
                answer.Headers[name] = string.Join(", ", values).Replace(origin.Authority, request.Host.Value!, StringComparison.Ordinal);
            change(request, answer);
            context.Response.StatusCode = answer.Status;
            foreach (var (name, value) in answer.Headers.Where(h => h.Key is not ("Content-Length" or "Transfer-Encoding" or "Date")))
                context.Response.Headers[name] = value;
            if (text.Length > 0)
                await context.Response.WriteAsync(answer.Body?.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? text);
        });
        await app.StartAsync();
        return app;
    }

    private sealed class MutableAnswer
    {
        public int Status { get; set; }

        public JsonObject? Body { get; init; }

        public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
