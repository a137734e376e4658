using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Hris.BambooHr;

/// <summary>
/// The list of employees with cursors, and the ids of those who changed. A page has a few fields of its own and those that are asked for,
/// at most a hundred employees. Errors have their reason in a header. A record is an employee with <c>employeeId</c>.
/// </summary>
internal sealed class EmployeeList(HrisState state) : IHrisSystem
{
    private static readonly string[] Always = ["employeeId", "firstName", "lastName", "preferredName", "jobTitleName", "status"];

    public HrisReply Answer(HrisRequest request)
    {
        if (!request.HasKeyAsUser(state))
            return Error(401, "Invalid API key");
        return request.Segments switch
        {
            ["api", "v1", "employees"] when request.Method == "GET" => List(request),
            ["api", "v1", "employees", "changed"] when request.Method == "GET" => Changed(request),
            _ => Error(404, "Not found"),
        };
    }

    public HrisReply Error(int status, string message) =>
        new(status, "text/html", []) { Headers = [("X-BambooHR-Error-Message", message)] };

    private HrisReply List(HrisRequest request)
    {
        var ids = request.Query.TryGetValue("filter[ids][]", out var wanted) ? wanted.ToHashSet() : null;
        var fields = Always.Concat((request.Parameter("fields") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal).ToList();
        var employees = state.Workers().Where(worker => ids is null || ids.Contains(worker.Key)).ToList();
        var page = HrisPage<HrisWorker>.Of(employees, request.Number("page[after]", 0), Math.Min(request.Number("page[limit]", 50), 100), state.Settings);
        var links = new JsonObject { ["self"] = request.BaseUrl };
        if (page.Next is { } next)
        {
            var query = request.Query.Where(pair => pair.Key != "page[after]")
                .SelectMany(pair => pair.Value.Select(value => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}"));
            var host = state.Settings.NextElsewhere ? "http://elsewhere.example" : request.BaseUrl;
            links["next"] = $"{host}/api/v1/employees?{string.Join('&', query)}&page%5Bafter%5D={next}";
        }

        return HrisReply.Json(200, new JsonObject
        {
            ["data"] = new JsonArray([.. page.Items.Select(worker => Shown(worker, fields))]),
            ["meta"] = new JsonObject { ["total"] = page.Total, ["page"] = new JsonObject { ["hasNextPage"] = page.Next is not null } },
            ["_links"] = links,
        });
    }

    private static JsonObject Shown(HrisWorker worker, List<string> fields)
    {
        var shown = new JsonObject { ["_restrictedFields"] = new JsonArray() };
        foreach (var field in fields)
            shown[field] = worker.Content[field]?.DeepClone();
        return shown;
    }

    private HrisReply Changed(HrisRequest request)
    {
        if (!DateTimeOffset.TryParse(request.Parameter("since"), CultureInfo.InvariantCulture, out var since))
            return Error(400, "since is required");
        var employees = new JsonObject();
        foreach (var worker in state.Workers().Where(worker => worker.Modified >= since))
            employees[worker.Key] = Change(worker.Key, worker.Created >= since ? "Inserted" : "Updated", worker.Modified);
        foreach (var (key, at) in state.Removed().Where(gone => gone.At >= since))
            employees[key] = Change(key, "Deleted", at);
        return HrisReply.Json(200, new JsonObject
        {
            ["latest"] = state.Now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            ["employees"] = employees.Count == 0 ? new JsonArray() : employees,
        });
    }

    private static JsonObject Change(string key, string action, DateTimeOffset at) => new()
    {
        ["id"] = key, ["action"] = action, ["lastChanged"] = at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
    };
}
