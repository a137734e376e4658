using System.Text.Json.Nodes;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part K: bulkId references (RFC 7644 §3.7.2, §3.7.1).</summary>
internal static class BulkReferences
{
    private const Feature Both = Feature.Bulk | Feature.Groups;

    [Clause("7644-3.7-07", Needs = Both)]
    public static async Task References_become_ids(Trial t)
    {
        var answer = await t.Bulk(Bulk.Post(t, "ann"), Group(t, "team", "bulkId:ann"), Patch(t, "bulkId:ann"));
        var results = Bulk.Results(answer);
        Check.Same(
            "201 201",
            string.Join(' ', results.Take(2).Select(r => r.Text("status"))),
            "status of a user and a group that refers to it");
        var user = (await t.Get(results[0].Text("location")!)).Is(200).Body;
        var group = (await t.Get(results[1].Text("location")!)).Is(200);
        Check.SameSet([user.Text("id")!], group.Body.Texts("members", "value"), "members of the group");
        Check.That(!group.Text.Contains("bulkId:", StringComparison.Ordinal), "the text bulkId: was stored");
        Check.That(results[2].Text("status") is "200" or "204", "a path with a bulkId must reach the new resource");
        Check.Same("By bulkId", user.Text("displayName"), "displayName of the user that was patched by its bulkId");
    }

    [Clause("7644-3.7-07/manager", Title = "A bulkId reference as manager", Needs = Feature.Bulk | Feature.Enterprise)]
    public static async Task Manager_by_reference(Trial t)
    {
        var report = t.UserBody($$"""{"{{Urn.Enterprise}}":{"manager":{"value":"bulkId:boss"} } }""");
        var results = Bulk.Results(await t.Bulk(Bulk.Post(t, "boss"), Bulk.Post(t, "report", report)));
        var boss = (await t.Get(results[0].Text("location")!)).Is(200).Body;
        var user = (await t.Get(results[1].Text("location")!)).Is(200).Body;
        Check.Same(boss.Text("id"), user[Urn.Enterprise].Text("manager.value"), "manager.value");
    }

    [Clause("7644-3.7-08", Needs = Both)]
    public static async Task Unknown_and_failed_references(Trial t)
    {
        var unknown = Bulk.Results(await t.Bulk(Group(t, "lost", "bulkId:nobody")));
        Check.That(unknown[0].Text("status") is ['4', ..], $"a reference to an unknown bulkId must fail, got {unknown[0].Text("status")}");
        if (t.OwnChoices)
            Check.Same("400", unknown[0].Text("status"), "status of a reference to an unknown bulkId");

        var bad = $$"""{"method":"POST","bulkId":"bad","path":"{{t.Users}}","data":{"schemas":["{{Urn.User}}"],"userName":""} }""";
        var failed = Bulk.Results(await t.Bulk(bad, Group(t, "after", "bulkId:bad")));
        Check.That(
            failed[1].Text("status") is ['4', ..],
            $"a reference to an operation that failed must fail, got {failed[1].Text("status")}");
        if (t.OwnChoices)
            Check.Same("409", failed[1].Text("status"), "status of a reference to an operation that failed");
    }

    [Clause("7644-3.7-09", Needs = Both)]
    public static async Task Forward_references(Trial t)
    {
        var results = Bulk.Results(await t.Bulk(Group(t, "team", "bulkId:late"), Bulk.Post(t, "late")));
        Check.Same(
            "team late",
            string.Join(' ', results.Select(r => r.Text("bulkId"))),
            "bulkIds of the results, in the order of the request");
        Check.Same(
            "201 201",
            string.Join(' ', results.Select(r => r.Text("status"))),
            "status of a group and a user that it refers to before it is made");
        var group = (await t.Get(results[0].Text("location")!)).Is(200).Body;
        var user = (await t.Get(results[1].Text("location")!)).Is(200).Body;
        Check.SameSet([user.Text("id")!], group.Texts("members", "value"), "members of the group");
    }

    [Clause("7644-3.7.1-01", Needs = Both)]
    public static async Task Circular_references(Trial t)
    {
        var results = Bulk.Results(await t.Bulk(Group(t, "a", "bulkId:b"), Group(t, "b", "bulkId:a")));
        var statuses = string.Join(' ', results.Select(r => r.Text("status")));
        if (!t.OwnChoices && statuses.Contains("409", StringComparison.Ordinal))
            return;
        Check.Same("201 201", statuses, "status of two groups that contain each other");
        var one = (await t.Get(results[0].Text("location")!)).Is(200).Body;
        var two = (await t.Get(results[1].Text("location")!)).Is(200).Body;
        Check.SameSet([two.Text("id")!], one.Texts("members", "value"), "members of the first");
        Check.SameSet([one.Text("id")!], two.Texts("members", "value"), "members of the second");
    }

    private static string Group(Trial t, string bulkId, params string[] members)
    {
        JsonObject body = t.GroupBody(members);
        return $$"""{"method":"POST","bulkId":"{{bulkId}}","path":"{{t.Groups}}","data":{{body.ToJsonString()}} }""";
    }

    private static string Patch(Trial t, string reference) =>
        $$"""{"method":"PATCH","path":"{{t.Users}}/{{reference}}","data":{{Trial.PatchBody("""{"op":"replace","path":"displayName","value":"By bulkId"}""")}} }""";
}
