using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimBridge.Fixtures;
using ScimBridge.Server.Api;
using static ScimBridge.Server.Tests.Api.ApiBridge;

namespace ScimBridge.Server.Tests.Api;

/// <summary>
/// What no client should send (bad-input.json, beside what the conformance suite sends): each is refused with a SCIM error of the right
/// kind, and changes nothing. <c>&lt;&lt;text*n&gt;&gt;</c> stands for the text n times.
/// </summary>
public sealed partial class BadInputTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Every_vector_is_refused_and_changes_nothing(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: CustomTypes.Configure);
        var secret = await bridge.TokenAsync("strict", "tester", Scopes.ScimRead, Scopes.ScimWrite, "hris.write:hr");
        var user = await bridge.UserAsync("ann@corp.example");
        await bridge.UserAsync("other@corp.example");
        var group = await bridge.GroupAsync("team", user);
        var before = await EverythingAsync(bridge);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var wrong = new List<string>();

        foreach (var vector in JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Api", "bad-input.json")))!.AsArray())
        {
            using var request = Request(vector!.AsObject());
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (Fault(vector.AsObject(), response, text) is { } fault)
                wrong.Add($"{vector["name"]}: {fault}");
            var after = await EverythingAsync(bridge);
            if (after != before)
            {
                wrong.Add($"{vector["name"]}: something has changed");
                before = after;
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));

        HttpRequestMessage Request(JsonObject vector)
        {
            var path = Filled((string)vector["path"]!);
            var url = path.StartsWith("{root}", StringComparison.Ordinal)
                ? new Uri(bridge.Url).GetLeftPart(UriPartial.Authority) + path["{root}".Length..]
                : bridge.Url + path;
            // As it stands here, and not as .NET would have it.
            var request = new HttpRequestMessage(
                new HttpMethod((string)vector["method"]!), new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            var body = (string?)vector["bodyBase64"] is { } base64 ? Convert.FromBase64String(base64)
                : (string?)vector["body"] is { } plain ? Encoding.UTF8.GetBytes(Filled(plain))
                : null;
            if (body is not null)
            {
                request.Content = new ByteArrayContent(body);
                request.Content.Headers.TryAddWithoutValidation("Content-Type", (string?)vector["contentType"] ?? "application/scim+json");
                if ((string?)vector["contentEncoding"] is { } encoding)
                    request.Content.Headers.ContentEncoding.Add(encoding);
            }

            foreach (var (name, value) in vector["headers"]?.AsObject() ?? [])
                request.Headers.TryAddWithoutValidation(name, Filled((string)value!));
            return request;
        }

        string Filled(string text) => Repeated().Replace(text, m => string.Concat(Enumerable.Repeat(
                m.Groups["text"].Value, int.Parse(m.Groups["times"].Value, CultureInfo.InvariantCulture))))
            .Replace("{user}", user, StringComparison.Ordinal).Replace("{group}", group, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_of_100_megabytes_is_refused_long_before_its_end(bool lengthIsTold)
    {
        const int Chunk = 65_536;
        const int Chunks = 100 * 1_048_576 / Chunk;
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite);
        var url = new Uri(bridge.Url);
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await using var stream = client.GetStream();
        var length = lengthIsTold ? $"Content-Length: {Chunks * Chunk}" : "Transfer-Encoding: chunked";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /scim/v2/Users HTTP/1.1\r\nHost: bridge\r\nAuthorization: Bearer {bridge.Secret}\r\nContent-Type: application/scim+json\r\n{length}\r\n\r\n"));
        var body = Enumerable.Repeat((byte)' ', Chunk).ToArray();
        var sent = 0;
        try
        {
            for (; sent < Chunks && !stream.DataAvailable; sent++)
            {
                if (!lengthIsTold)
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Chunk:x}\r\n"));
                await stream.WriteAsync(body);
                if (!lengthIsTold)
                    await stream.WriteAsync("\r\n"u8.ToArray());
            }
        }
        catch (IOException)
        {
            // The server has hung up; what it said before is still to be read.
        }

        var answer = new byte[4_096];
        var text = Encoding.UTF8.GetString(answer, 0, await stream.ReadAtLeastAsync(answer, 200, throwOnEndOfStream: false));
        Assert.StartsWith("HTTP/1.1 413 ", text, StringComparison.Ordinal);
        Assert.Contains("urn:ietf:params:scim:api:messages:2.0:Error", text, StringComparison.Ordinal);
        // What the server has read, and what lay in the buffers of two sockets.
        Assert.InRange((long)sent * Chunk, 0, 50_000_000);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Bulk_goes_on_behind_bad_operations_and_each_is_done_or_not_by_itself(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var user = await bridge.UserAsync("ann@corp.example");

        var answer = (await bridge.PostAsync("/Bulk", Bulk(
            ("POST", "/Users", User("bo@corp.example")),
            ("POST", "/Users", User("ANN@corp.example")),
            ("PATCH", "/Users/" + user, Patch(Operation("replace", "title", "half"), Operation("replace", "active", "maybe"))),
            ("DELETE", "/Users/nobody", null),
            ("PUT", "/Nothings/1", User("x")),
            ("PATCH", "/Users/" + user, Patch(Operation("replace", "title", "whole")))))).Is(HttpStatusCode.OK);

        Assert.Equal(["201", "409", "400", "404", "400", "200"], answer.Body!["Operations"]!.AsArray().Select(o => (string)o!["status"]!));
        Assert.Equal("whole", (string?)(await bridge.GetAsync("/Users/" + user)).Body!["title"]);
        Assert.Equal(2, (await bridge.ListAsync("/Users")).Count);
    }

    private static string? Fault(JsonObject vector, HttpResponseMessage response, string text)
    {
        var status = (int)vector["status"]!;
        if ((int)response.StatusCode != status)
            return $"{(int)response.StatusCode} instead of {status}: {text[..Math.Min(text.Length, 300)]}";
        // Some URLs are refused by the HTTP server before the bridge hears of them.
        if (status < 400 || (vector.ContainsKey("bare") && text.Length == 0))
            return null;
        if (response.Content.Headers.ContentType?.MediaType != "application/scim+json")
            return "no SCIM error";
        var error = JsonNode.Parse(text)!;
        var type = (string?)error["scimType"] ?? "";
        return ((string?)vector["scimType"] ?? "").Split('|').Contains(type, StringComparer.Ordinal)
            && (string?)error["status"] == status.ToString(CultureInfo.InvariantCulture) && text.Length < 2_000
            ? null
            : $"{text[..Math.Min(text.Length, 300)]} instead of {vector["scimType"]}";
    }

    private static async Task<string> EverythingAsync(ApiBridge bridge) => string.Join(
        '\n', (await bridge.ListAsync("/?sortBy=id")).Select(r => r.Body!.ToJsonString()));

    [GeneratedRegex(@"<<(?<text>[^*]*)\*(?<times>[0-9]+)>>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Repeated();
}
