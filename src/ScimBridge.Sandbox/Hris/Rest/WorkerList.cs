using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Hris.Rest;

/// <summary>
/// A list that pages by <c>page</c> and <c>size</c>, by <c>offset</c>, by <c>cursor</c>, by a Link header and by an address in the answer,
/// for a password, a bearer token, the header X-Api-Key or client credentials. <c>updatedSince</c> leaves out who has not changed.
/// </summary>
internal sealed class WorkerList(HrisState state) : IHrisSystem
{
    public HrisReply Answer(HrisRequest request) => request.Segments switch
    {
        ["oauth", "token"] when request.Method == "POST" => HrisTokens.Answer(state, request, "client_credentials"),
        ["api", "workers"] => request.HasPassword(state) || request.HasSecretAsToken(state) || request.HasToken(state) || request.ApiKey == state.Secret
            ? List(request)
            : Error(401, "Who are you?"),
        _ => Error(404, "There is nothing here."),
    };

    public HrisReply Error(int status, string message) =>
        HrisReply.Json(status, new JsonObject { ["status"] = status, ["title"] = message }) with { ContentType = "application/problem+json" };

    private HrisReply List(HrisRequest request)
    {
        var since = DateTimeOffset.TryParse(request.Parameter("updatedSince"), CultureInfo.InvariantCulture, out var at) ? at : DateTimeOffset.MinValue;
        var all = state.Workers().Where(worker => worker.Modified >= since).ToList();
        var size = request.Number("size", int.MaxValue);
        var from = request.Parameter("page") is not null
            ? (request.Number("page", 1) - 1) * Math.Min(size, state.Settings.MaxPageSize)
            : request.Number("offset", request.Number("cursor", 0));
        var page = HrisPage<HrisWorker>.Of(all, from, size, state.Settings);
        var meta = new JsonObject { ["total"] = page.Total };
        var headers = new List<(string, string)>();
        if (page.Next is { } next)
        {
            var host = state.Settings.NextElsewhere ? "http://elsewhere.example" : request.BaseUrl;
            var url = $"{host}/api/workers?size={size}&cursor={next}";
            meta["cursor"] = next.ToString(CultureInfo.InvariantCulture);
            meta["nextUrl"] = url;
            headers.Add(("Link", $"<{request.BaseUrl}/api/workers>; rel=\"first\", <{url}>; rel=\"next\""));
        }

        return HrisReply.Json(200, new JsonObject
        {
            ["data"] = new JsonObject { ["items"] = new JsonArray([.. page.Items.Select(worker => worker.Content.DeepClone())]) },
            ["meta"] = meta,
        }) with { Headers = headers };
    }
}
