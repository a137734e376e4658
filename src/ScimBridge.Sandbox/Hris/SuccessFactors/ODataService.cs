using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimBridge.Sandbox.Hris.SuccessFactors;

/// <summary>
/// The entity set EmpJob of an OData v2 service, with what hangs on it. Without fromDate and toDate only the period of today is shown;
/// only selected properties are answered, along ways that are expanded; pages lead on by <c>__next</c> with a <c>$skiptoken</c>. A record
/// is a row of EmpJob, dates as <c>/Date(...)/</c>.
/// </summary>
internal sealed partial class ODataService(HrisState state) : IHrisSystem
{
    private const int DefaultPageSize = 1000;

    public HrisReply Answer(HrisRequest request) => request.Segments switch
    {
        ["odata", "v2", "EmpJob"] when request.Method == "GET" =>
            request.HasPassword(state) || request.HasSecretAsToken(state) ? Rows(request) : Error(401, "[LGN0001]Unable to authenticate the client."),
        _ => Error(404, "[COE0021]Invalid entity name."),
    };

    public HrisReply Error(int status, string message) => HrisReply.Json(status, new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = "COE0001", ["message"] = new JsonObject { ["lang"] = "en-US", ["value"] = message } },
    });

    private HrisReply Rows(HrisRequest request)
    {
        if (request.Parameter("$format") != "json")
            return new(200, "application/atom+xml", "<feed xmlns='http://www.w3.org/2005/Atom'/>"u8.ToArray());
        var (from, to) = (Day(request.Parameter("fromDate")), Day(request.Parameter("toDate")));
        var today = state.Now.UtcDateTime.Date;
        var since = Literal().Match(request.Parameter("$filter") ?? "") is { Success: true } match
            ? DateTimeOffset.Parse(match.Groups["at"].Value, CultureInfo.InvariantCulture)
            : DateTimeOffset.MinValue;
        var rows = state.Workers()
            .Where(row => row.Modified >= since)
            .Where(row => Time(row.Content["startDate"]) <= (to ?? today) && Time(row.Content["endDate"]) >= (from ?? today))
            .OrderBy(row => row.Content["userId"]?.GetValue<string>(), StringComparer.Ordinal)
            .ThenBy(row => Time(row.Content["startDate"]))
            .ToList();
        var at = request.Number("$skiptoken", 0);
        var page = HrisPage<HrisWorker>.Of(rows, at, request.Number("customPageSize", DefaultPageSize), state.Settings);
        var select = (request.Parameter("$select") ?? "").Split(',').Select(path => path.Split('/')).ToList();
        var expand = (request.Parameter("$expand") ?? "").Split(',').ToHashSet(StringComparer.Ordinal);
        var body = new JsonObject { ["results"] = new JsonArray([.. page.Items.Select(row => Selected(row, request.BaseUrl, select, expand))]) };
        if (request.Parameter("$inlinecount") == "allpages")
            body["__count"] = page.Total.ToString(CultureInfo.InvariantCulture);
        if (page.Next is { } next)
            body["__next"] = NextUrl(request, next);
        return HrisReply.Json(200, new JsonObject { ["d"] = body });
    }

    private string NextUrl(HrisRequest request, int next)
    {
        var query = request.Query.Where(pair => pair.Key != "$skiptoken")
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value.ToString())}");
        var host = state.Settings.NextElsewhere ? "http://elsewhere.example" : request.BaseUrl;
        return $"{host}/odata/v2/EmpJob?{string.Join('&', query)}&$skiptoken={next}";
    }

    private static JsonObject Selected(HrisWorker row, string baseUrl, List<string[]> select, HashSet<string> expand)
    {
        var shown = new JsonObject
        {
            ["__metadata"] = new JsonObject { ["uri"] = $"{baseUrl}/odata/v2/EmpJob('{row.Key}')", ["type"] = "SFOData.EmpJob" },
        };
        var content = (JsonObject)row.Content.DeepClone();
        content["lastModifiedDateTime"] ??= $"/Date({row.Modified.ToUnixTimeMilliseconds()}+0000)/";
        foreach (var path in select)
            Copy(content, shown, path, 0, expand);
        return shown;
    }

    private static void Copy(JsonObject from, JsonObject to, string[] path, int depth, HashSet<string> expand)
    {
        var name = path[depth];
        if (!from.TryGetPropertyValue(name, out var value))
            return;
        if (depth == path.Length - 1)
            to[name] = value?.DeepClone();
        else if (value is JsonObject way && expand.Contains(string.Join('/', path[..(depth + 1)])))
            Copy(way, (JsonObject)(to[name] ??= new JsonObject()), path, depth + 1, expand);
    }

    private static DateTime? Day(string? text) => text is null ? null : DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTime Time(JsonNode? node) => node?.GetValue<string>() is { } text && Milliseconds().Match(text) is { Success: true } match
        ? DateTime.UnixEpoch.AddMilliseconds(double.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture))
        : DateTime.MaxValue;

    [GeneratedRegex(@"/Date\((?<ms>-?\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Milliseconds();

    [GeneratedRegex("datetimeoffset'(?<at>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();
}
