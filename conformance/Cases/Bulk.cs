using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part K: the envelope, results and limits of bulk (RFC 7644 §3.7).</summary>
internal static class Bulk
{
    [Clause("7644-3.7-01")]
    public static async Task Bulk_answers_200_or_501(Trial t)
    {
        if (t.Server.Lacks(Feature.Bulk) is { } reason)
        {
            (await t.Bulk(Post(t, "u"))).Is(501, 404, 405);
            Trial.NotSupported(reason);
        }
        var answer = (await t.Bulk(Post(t, "u"), Delete(t.Users + "/" + Trial.NoId))).Is(200);
        Check.That(
            answer.Body.Strings("schemas").Contains(Urn.BulkResponse, StringComparer.OrdinalIgnoreCase),
            "the answer must be a BulkResponse");
        Check.Same(2, answer.Body.Items("Operations").Count, "results");
        foreach (var body in new[]
        {
            "{", "[]", $$"""{"schemas":["{{Urn.BulkRequest}}"]}""", $$"""{"schemas":["{{Urn.BulkRequest}}"],"Operations":7}""",
        })
            (await t.Post("/Bulk", body)).IsError(400, "invalidSyntax", "invalidValue");
        var foreign = await t.Post("/Bulk", $$"""{"schemas":["{{Urn.User}}"],"Operations":[{{Post(t, "v")}}]}""");
        if (t.Strict)
            foreign.IsError(400, "invalidSyntax", "invalidValue");
    }

    [Clause("7644-3.7-02", Needs = Feature.Bulk)]
    public static async Task Operations_are_complete(Trial t)
    {
        var body = t.UserBody().ToJsonString();
        foreach (var operation in new[]
        {
            $$"""{"method":"GET","path":"{{t.Users}}"}""",
            $$"""{"method":"POST","bulkId":"x","data":{{body}} }""",
            $$"""{"method":"POST","bulkId":"x","path":"{{t.Users}}"}""",
            $$"""{"path":"{{t.Users}}","bulkId":"x","data":{{body}} }""",
            $$"""{"method":"POST","path":"{{t.Users}}","data":{{body}} }""",
        })
        {
            var answer = await t.Bulk(operation);
            if (answer.Status == 200)
                Status(answer, 0, t.OwnChoices ? ["400"] : ["400", "404", "405", "501"]);
            else
                answer.IsError(400, "invalidSyntax", "invalidValue");
        }
        var user = await t.NewUser();
        var all = (await t.Bulk(
            $$"""{"method":"PUT","path":"{{user.Path}}","data":{{t.UserBody("""{"displayName":"Put"}""", user.Name).ToJsonString()}} }""",
            $$"""{"method":"PATCH","path":"{{user.Path}}","data":{{Trial.PatchBody("""{"op":"replace","path":"displayName","value":"Patched"}""")}} }""")).Is(200);
        Status(all, 0, "200");
        Status(all, 1, "200", "204");
        Check.Same("Patched", (await t.Read(user.Path)).Text("displayName"), "displayName after PUT and PATCH in one bulk");
        Status((await t.Bulk(Delete(user.Path))).Is(200), 0, "204");
        (await t.Get(user.Path)).IsError(404);
    }

    [Clause("7644-3.7-03", Needs = Feature.Bulk)]
    public static async Task BulkId_is_unique_and_comes_back(Trial t)
    {
        var answer = (await t.Bulk(Post(t, "first"), Post(t, "second"))).Is(200);
        Check.SameSet(["first", "second"], answer.Body.Items("Operations").Select(o => o.Text("bulkId") ?? ""), "bulkId of the results");
        var twice = await t.Bulk(Post(t, "same"), Post(t, "same"));
        if (t.OwnChoices)
            twice.IsError(400, "invalidValue");
        else if (twice.Status == 200)
            Check.That(
                twice.Body.Items("Operations").Any(o => o.Text("status") is ['4', ..]),
                "two operations with the same bulkId must not both succeed");
        else
            twice.IsRefused();
    }

    [Clause("7644-3.7-04", Needs = Feature.Bulk)]
    public static async Task FailOnErrors(Trial t)
    {
        var missing = Delete(t.Users + "/" + Trial.NoId);
        string[] operations = [missing, Post(t, "a"), missing, Post(t, "b"), missing, Post(t, "c")];
        Check.Same(6, Results(await t.Bulk(operations, "")).Count, "results without failOnErrors");
        Check.Same(1, Results(await t.Bulk(Fresh(), "\"failOnErrors\":1")).Count, "results with failOnErrors 1");
        var two = await t.Bulk(Fresh(), "\"failOnErrors\":2");
        Check.Same(3, Results(two).Count, "results with failOnErrors 2: up to the second error");
        Check.That(!two.Body.Has("failOnErrors"), "failOnErrors must not be in the answer");
        var zero = await t.Bulk(Fresh(), "\"failOnErrors\":0");
        if (t.OwnChoices)
            zero.IsError(400, "invalidValue");
        else
            zero.Is(200, 400);

        string[] Fresh() => [missing, Post(t, "a"), missing, Post(t, "b"), missing, Post(t, "c")];
    }

    [Clause("7644-3.7-05", Needs = Feature.Bulk)]
    public static async Task Results_are_complete(Trial t)
    {
        var user = await t.NewUser();
        var gone = t.Users + "/" + Trial.NoId;
        var results = Results(await t.Bulk(
            Post(t, "new"),
            $$"""{"method":"PATCH","path":"{{user.Path}}","data":{{Trial.PatchBody("""{"op":"replace","path":"displayName","value":"In bulk"}""")}} }""",
            Delete(gone)));
        Check.Same(
            "POST PATCH DELETE",
            string.Join(' ', results.Select(r => r.Text("method")?.ToUpperInvariant())),
            "methods of the results");
        Check.That(results.All(r => r.Text("status") is { Length: 3 }), "status must be a string of three digits");
        var location = results[0].Text("location");
        Check.That(
            Uri.TryCreate(location, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal),
            $"location of a new resource is {location ?? "missing"}");
        (await t.Get(location!)).Is(200);
        Check.That(results[1].Text("location")?.EndsWith(user.Path, StringComparison.Ordinal) == true, "location of a patched resource");
        if (t.Server.Config.Flag("etag.supported") == true)
            Check.Same((await t.Read(user.Path)).Text("meta.version"), results[1].Text("version"), "version of a patched resource");
    }

    [Clause("7644-3.7-06", Needs = Feature.Bulk)]
    public static async Task Failure_carries_an_error(Trial t)
    {
        var user = await t.NewUser();
        var duplicate = $$"""{"method":"POST","bulkId":"dup","path":"{{t.Users}}","data":{{t.UserBody(userName: user.Name).ToJsonString()}} }""";
        var results = Results(await t.Bulk(duplicate, Delete(t.Users + "/" + Trial.NoId)));
        Check.Same("409", results[0].Text("status"), "status of a duplicate");
        Check.Same("uniqueness", results[0].Text("response.scimType"), "scimType of a duplicate");
        Check.That(!results[0].Has("location"), "a failed POST has no location");
        Check.Same("404", results[1].Text("status"), "status of a DELETE of an unknown id");
        foreach (var result in results)
        {
            Check.That(
                result["response"].Strings("schemas").Contains(Urn.Error, StringComparer.OrdinalIgnoreCase),
                "the response of a failed operation must be an Error");
            Check.Same(result.Text("status"), result.Text("response.status"), "status within the response");
        }
    }

    [Clause("7644-3.7.4-01", Needs = Feature.Bulk)]
    public static async Task Limits_are_enforced(Trial t)
    {
        if (t.Server.MaxOperations <= 20000)
        {
            var count = t.Server.MaxOperations + 1;
            var many = await t.Bulk(Enumerable.Repeat(Delete(t.Users + "/" + Trial.NoId), count), "");
            many.IsError(413);
            if (t.OwnChoices)
                Check.That(
                    many.Body.Text("detail")?.Contains("maxOperations", StringComparison.Ordinal) == true,
                    "the detail must name maxOperations");
        }
        if (t.Server.MaxPayload > 64 * 1024 * 1024)
            return;
        var padded = t.UserBody();
        padded["displayName"] = new string('x', t.Server.MaxPayload + 1);
        var operation = $$"""{"method":"POST","bulkId":"fat","path":"{{t.Users}}","data":{{padded.ToJsonString()}} }""";
        var body = $$"""{"schemas":["{{Urn.BulkRequest}}"],"Operations":[{{operation}}]}""";
        (await t.Send(new Call("POST", "/Bulk") { ExpectContinue = true }.WithBody(body))).IsError(413);
    }

    [Clause("7644-3.7-10", Needs = Feature.Bulk)]
    public static async Task One_by_one(Trial t)
    {
        var answer = await t.Bulk(
            Post(t, "good1"),
            $$"""{"method":"POST","bulkId":"bad","path":"{{t.Users}}","data":{"schemas":["{{Urn.User}}"],"userName":""} }""",
            Post(t, "good2"));
        Check.Same(
            "201 400 201",
            string.Join(' ', Results(answer).Select(r => r.Text("status"))),
            "status of three operations, the second of which is bad");
    }

    [Clause("7644-3.7-11", Needs = Feature.Bulk)]
    public static async Task Paths_that_are_no_resources(Trial t)
    {
        foreach (var path in new[] { "/Bulk", t.Users + "/.search", "/Schemas", "/ServiceProviderConfig", "/NoSuchEndpoint" })
        {
            var results = Results(await t.Bulk($$"""{"method":"POST","bulkId":"odd","path":"{{path}}","data":{"schemas":["{{Urn.User}}"],"userName":"x"} }"""));
            Check.That(
                results[0].Text("status") is ['4', ..] or "501",
                $"POST to {path} in bulk must be refused, got {results[0].Text("status")}");
            if (t.OwnChoices)
                Check.That(results[0].Text("status") is "400" or "501", $"POST to {path} in bulk must be 400 or 501");
        }
    }

    [Clause("7644-3.7-12", Needs = Feature.Bulk | Feature.Patch)]
    public static async Task Patch_data_is_a_PatchOp(Trial t)
    {
        var user = await t.NewUser();
        var data = Trial.PatchBody(
            """{"op":"add","path":"title","value":"T"}""",
            """{"op":"replace","path":"displayName","value":"Two operations"}""");
        Status((await t.Bulk($$"""{"method":"PATCH","path":"{{user.Path}}","data":{{data}} }""")).Is(200), 0, "200", "204");
        Check.Same("Two operations", (await t.Read(user.Path)).Text("displayName"), "displayName");
        var bare = await t.Bulk($$"""{"method":"PATCH","path":"{{user.Path}}","data":[{"op":"replace","path":"displayName","value":"Bare"}]}""");
        Status(bare.Is(200), 0, "200", "204", "400");
    }

    internal static string Post(Trial t, string bulkId, JsonObject? user = null) =>
        $$"""{"method":"POST","bulkId":"{{bulkId}}","path":"{{t.Users}}","data":{{(user ?? t.UserBody()).ToJsonString()}} }""";

    internal static string Delete(string path) => $$"""{"method":"DELETE","path":"{{path}}"}""";

    internal static IReadOnlyList<JsonObject> Results(Answer answer) => answer.Is(200).Body.Items("Operations");

    internal static void Status(Answer answer, int index, params string[] statuses)
    {
        var results = answer.Body.Items("Operations");
        Check.That(results.Count > index, string.Create(CultureInfo.InvariantCulture, $"the bulk answer has no result number {index + 1}"));
        var status = results[index].Text("status");
        Check.That(
            statuses.Contains(status, StringComparer.Ordinal),
            string.Create(
                CultureInfo.InvariantCulture,
                $"bulk result {index + 1}: expected status {string.Join(" or ", statuses)}, got {status ?? "no string"} {results[index].Text("response.detail")}"));
    }
}
