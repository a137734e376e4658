using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Hris.Workday;

/// <summary>
/// A custom report as a web service: one document, no pages, XML unless JSON is asked for. The prompt <c>Changed_Since</c> leaves out who
/// has not changed; any other prompt is taken and changes nothing. Records are report entries.
/// </summary>
internal sealed class WorkdayReport(HrisState state) : IHrisSystem
{
    public HrisReply Answer(HrisRequest request) => request.Segments switch
    {
        ["ccx", "oauth2", _, "token"] when request.Method == "POST" => HrisTokens.Answer(state, request, "refresh_token"),
        ["ccx", "service", "customreport2", _, _, _] when request.Method == "GET" =>
            request.HasPassword(state) || request.HasToken(state) ? Report(request) : Error(401, "invalid username or password"),
        _ => Error(404, "The requested resource does not exist."),
    };

    public HrisReply Error(int status, string message) => HrisReply.Json(status, new JsonObject { ["error"] = message });

    private HrisReply Report(HrisRequest request)
    {
        if (request.Parameter("format") != "json")
            return new(200, "text/xml", "<wd:Report_Data xmlns:wd='urn:com.workday.report/R'/>"u8.ToArray());
        var since = request.Parameter("Changed_Since") is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        var entries = state.Workers().Where(worker => worker.Modified >= since).ToList();
        if (state.Settings.RepeatItem && entries.Count > 0)
            entries.Add(entries[0]);
        return HrisReply.Json(200, new JsonObject { ["Report_Entry"] = new JsonArray([.. entries.Select(worker => worker.Content.DeepClone())]) });
    }
}
