using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Hris;

namespace ScimBridge.Sandbox.Tests.Hris;

/// <summary>The stand-ins of HR systems as somebody without our connectors sees them.</summary>
public sealed class HrisTests : IAsyncLifetime
{
    private SandboxHost _host = null!;
    private HttpClient _http = null!;

    [Theory]
    [InlineData("workday", "ccx/service/customreport2/corp/owner/report?format=json")]
    [InlineData("sf", "odata/v2/EmpJob?$format=json")]
    [InlineData("bamboo", "api/v1/employees")]
    [InlineData("personio", "v2/persons")]
    [InlineData("rest", "api/workers")]
    public async Task Nobody_reads_without_a_credential(string source, string path) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await _http.GetAsync($"sources/{source}/{path}")).StatusCode);

    [Fact]
    public async Task Records_are_put_altered_and_removed_over_HTTP()
    {
        await PutAsync("""{"id":"1","title":"A"}""");
        await PutAsync("""{"id":"1","title":"B"}""");
        Assert.Equal("""[{"id":"1","title":"B"}]""", (await RestItemsAsync()).ToJsonString());

        Assert.Equal(HttpStatusCode.OK, (await _http.DeleteAsync("sandbox/sources/rest/workers/1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.DeleteAsync("sandbox/sources/rest/workers/1")).StatusCode);
        Assert.Equal("[]", (await RestItemsAsync()).ToJsonString());

        async Task PutAsync(string json) => Assert.Equal(
            HttpStatusCode.OK, (await _http.PutAsync("sandbox/sources/rest/workers/1", new StringContent(json, Encoding.UTF8, "application/json"))).StatusCode);
    }

    [Fact]
    public async Task Faults_and_switches_are_set_over_HTTP_and_a_reset_takes_them_away()
    {
        _host.Source("rest").Put("1", "{}");
        await _http.PostAsJsonAsync("sandbox/sources/rest/faults", new { kind = "throttle", next = 1, retryAfterSeconds = 3 });
        var throttled = await RestAsync();
        await _http.PutAsJsonAsync("sandbox/sources/rest/settings", new { totalOff = 5 });

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(3)), (throttled.StatusCode, throttled.Headers.RetryAfter!.Delta!.Value));
        Assert.Equal(6, (int)(await JsonAsync(await RestAsync()))["meta"]!["total"]!);

        await _http.PostAsync("sandbox/sources/rest/reset", content: null);
        Assert.Equal(0, (int)(await JsonAsync(await RestAsync()))["meta"]!["total"]!);
    }

    [Fact]
    public async Task Calls_are_noted()
    {
        await RestAsync();

        Assert.Equal(new HrisCall("GET", "/api/workers", "", 200), Assert.Single(_host.Source("rest").Calls));
    }

    [Fact]
    public async Task Service_shows_only_what_is_selected_and_only_the_period_of_today()
    {
        var sf = _host.Source("sf");
        sf.Put("1", """{"userId":"u","jobTitle":"Old","pay":"1","startDate":"/Date(0)/","endDate":"/Date(86400000)/"}""");
        sf.Put("2", """{"userId":"u","jobTitle":"New","pay":"1","startDate":"/Date(172800000)/","endDate":"/Date(253402214400000)/"}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "sources/sf/odata/v2/EmpJob?$format=json&$select=jobTitle&$inlinecount=allpages");
        request.Headers.Authorization = Basic("u@corp", "secret");

        var body = (await JsonAsync(await _http.SendAsync(request)))["d"]!;

        Assert.Equal(("1", "New"), ((string)body["__count"]!, (string)body["results"]![0]!["jobTitle"]!));
        Assert.Null(body["results"]![0]!["pay"]);
    }

    public async Task InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(new()
        {
            Sources =
            [
                new("workday", HrisKind.Workday, "secret"), new("sf", HrisKind.SuccessFactors, "secret"), new("bamboo", HrisKind.BambooHr, "secret"),
                new("personio", HrisKind.Personio, "secret"), new("rest", HrisKind.Rest, "secret"),
            ],
        });
        _http = new() { BaseAddress = _host.BaseAddress };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    private async Task<HttpResponseMessage> RestAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "sources/rest/api/workers");
        request.Headers.Authorization = Basic("u", "secret");
        return await _http.SendAsync(request);
    }

    private async Task<JsonNode> RestItemsAsync() => (await JsonAsync(await RestAsync()))["data"]!["items"]!;
}
