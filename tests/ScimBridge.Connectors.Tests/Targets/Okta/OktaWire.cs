using System.Globalization;
using ScimBridge.Connectors.Targets.Okta;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>A server that answers as it is told, and a target that calls it.</summary>
internal sealed class OktaWire : IDisposable
{
    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly bool _isChecked;

    /// <summary>Makes them; answers that Okta's description does not allow are for those who say so.</summary>
    public OktaWire(bool isChecked = true)
    {
        _isChecked = isChecked;
        Target = new OktaTarget(Options(), TimeProvider.System);
    }

    public OktaTarget Target { get; }

    public string Address => _server.Url!;

    public IReadOnlyList<string> Calls => [.. _server.LogEntries.Select(e => $"{e.RequestMessage!.Method} {new Uri(e.RequestMessage.Url).PathAndQuery["/api/v1".Length..]}")];

    public string LastHeader(string name) => _server.LogEntries[^1].RequestMessage!.Headers![name].Single();

    public OktaTargetOptions Options() => new()
    {
        BaseUrl = _server.Url,
        ApiToken = new SecretReference { Value = "00t0ps3cret" },
        AllowPrivateAddresses = true,
        TimeoutSeconds = 5,
    };

    public OktaWire On(string method, string path, int status, string? body = null, string type = "application/json", params (string Name, string Value)[] headers)
    {
        var response = Response.Create().WithStatusCode(status);
        if (body is not null)
            response = response.WithBody(body).WithHeader("Content-Type", type);
        foreach (var (name, value) in headers)
            response = response.WithHeader(name, value);
        _server.Given(Request.Create().WithPath("/api/v1" + path).UsingMethod(method)).RespondWith(response);
        return this;
    }

    public OktaWire OnQuery(string path, string name, string value, string body)
    {
        _server.Given(Request.Create().WithPath("/api/v1" + path).WithParam(name, value).UsingGet()).AtPriority(-1)
            .RespondWith(Response.Create().WithStatusCode(200).WithBody(body));
        return this;
    }

    /// <summary>An error as Okta writes it.</summary>
    public static string Error(string code, string summary = "Something is wrong", params string[] causes) =>
        $$"""{"errorCode":"{{code}}","errorSummary":"{{summary}}","errorLink":"{{code}}","errorId":"oae1-x","errorCauses":[{{string.Join(',', causes.Select(c => $$"""{"errorSummary":"{{c}}"}"""))}}]}""";

    /// <summary>The headers of a limit that ends so many seconds from now.</summary>
    public static (string Name, string Value)[] Limit(int limit, int left, int resetIn) =>
    [
        ("X-Rate-Limit-Limit", limit.ToString(CultureInfo.InvariantCulture)),
        ("X-Rate-Limit-Remaining", left.ToString(CultureInfo.InvariantCulture)),
        ("X-Rate-Limit-Reset", (DateTimeOffset.UtcNow.ToUnixTimeSeconds() + resetIn).ToString(CultureInfo.InvariantCulture)),
    ];

    public void Dispose()
    {
        Target.Dispose();
        var violations = _isChecked
            ? _server.LogEntries.SelectMany(e => OktaDescription.Violations(
                e.RequestMessage!.Method,
                new Uri(e.RequestMessage.Url).PathAndQuery,
                e.RequestMessage.Body ?? "",
                IsJson(e) ? Convert.ToInt32(e.ResponseMessage!.StatusCode, CultureInfo.InvariantCulture) : 0,
                IsJson(e) ? e.ResponseMessage!.BodyData!.BodyAsString! : "")).ToList()
            : [];
        _server.Dispose();
        Assert.Empty(violations);
    }

    /// <summary>Pages of HTML and the like are not Okta's; that the target copes with them is what is tested.</summary>
    private static bool IsJson(WireMock.Logging.ILogEntry entry) => entry.ResponseMessage?.BodyData?.BodyAsString is { } body && body.TrimStart() is ['{' or '[', ..];
}
