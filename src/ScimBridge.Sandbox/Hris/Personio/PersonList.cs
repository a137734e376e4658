using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Hris.Personio;

/// <summary>
/// Persons and their employments, for a token that client credentials are given for. A page has at most fifty. A record is an object with
/// <c>person</c> and <c>employments</c>.
/// </summary>
internal sealed class PersonList(HrisState state) : IHrisSystem
{
    public HrisReply Answer(HrisRequest request)
    {
        if (request is { Method: "POST", Segments: ["v2", "auth", "token"] })
            return HrisTokens.Answer(state, request, "client_credentials");
        if (!request.HasToken(state))
            return Error(401, "Unauthorized");
        return request.Segments switch
        {
            ["v2", "persons"] when request.Method == "GET" => Page(request, "persons", [.. state.Workers().Select(worker => worker.Content["person"]!)]),
            ["v2", "persons", var id, "employments"] when request.Method == "GET" => Employments(request, id),
            _ => Error(404, "Not Found"),
        };
    }

    public HrisReply Error(int status, string message) => HrisReply.Json(status, new JsonObject
    {
        ["personio_trace_id"] = "0", ["timestamp"] = state.Now.ToString("O"),
        ["errors"] = new JsonArray(new JsonObject { ["title"] = message, ["detail"] = message }),
    });

    private HrisReply Employments(HrisRequest request, string id)
    {
        var found = state.Workers().FirstOrDefault(worker => worker.Content["person"]?["id"]?.GetValue<string>() == id);
        return found is null
            ? Error(404, "Person not found")
            : Page(request, $"persons/{id}/employments", [.. (found.Content["employments"] as JsonArray ?? []).Select(employment => employment!)]);
    }

    private HrisReply Page(HrisRequest request, string path, List<JsonNode> all)
    {
        var page = HrisPage<JsonNode>.Of(all, request.Number("cursor", 0), Math.Min(request.Number("limit", 10), 50), state.Settings);
        var links = new JsonObject { ["self"] = new JsonObject { ["href"] = $"{request.BaseUrl}/v2/{path}" } };
        var host = state.Settings.NextElsewhere ? "http://elsewhere.example" : request.BaseUrl;
        if (page.Next is { } next)
            links["next"] = new JsonObject { ["href"] = $"{host}/v2/{path}?limit={request.Number("limit", 10)}&cursor={next}" };
        return HrisReply.Json(200, new JsonObject
        {
            ["_data"] = new JsonArray([.. page.Items.Select(item => item.DeepClone())]), ["_meta"] = new JsonObject { ["links"] = links },
        });
    }
}
