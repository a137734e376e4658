using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part L: versions (RFC 7644 §3.14).</summary>
internal static class ETags
{
    private const string Wrong = "W/\"not-the-version\"";

    [Clause("7644-3.14-01", Needs = Feature.ETag)]
    public static async Task Version_changes_with_each_modification(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"One"}""");
        var seen = new List<string?> { user.Answer.ETag };
        Check.Same(user.Body.Text("meta.version"), user.Answer.ETag, "ETag of a POST against meta.version");
        var put = (await t.Put(user.Path, t.UserBody("""{"displayName":"Two"}""", user.Name))).Is(200);
        Check.Same(put.Body.Text("meta.version"), put.ETag, "ETag of a PUT against meta.version");
        seen.Add(put.ETag);
        if (t.Server.Lacks(Feature.Patch) is null)
        {
            (await t.Patch(user.Path, """{"op":"replace","path":"displayName","value":"Three"}""")).Is(200, 204);
            seen.Add((await t.Get(user.Path)).Is(200).ETag);
        }
        Check.That(seen.All(tag => tag is { Length: > 0 }), "etag.supported is true, so every answer with one resource must have an ETag");
        Check.Same(seen.Count, seen.Distinct(StringComparer.Ordinal).Count(), "different versions after as many changes");
        Check.Same(seen[^1], (await t.Get(user.Path)).ETag, "ETag of a GET that follows without a change");
    }

    [Clause("7644-3.14-02", Needs = Feature.ETag)]
    public static async Task If_none_match(Trial t)
    {
        var user = await t.NewUser();
        var tag = Tag(user);
        foreach (var header in new[]
        {
            tag, "\"other\", " + tag, "*", tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : "W/" + tag,
        })
        {
            var answer = (await t.Send(new Call("GET", user.Path).With("If-None-Match", header))).Is(304);
            Check.That(answer.Text.Length == 0, "304 must have no body");
            Check.Same(tag, answer.ETag, "ETag of a 304");
        }
        (await t.Send(new Call("GET", user.Path).With("If-None-Match", Wrong))).Is(200);
        if (t.OwnChoices)
            (await t.Send(new Call("GET", user.Path + "?attributes=userName").With("If-None-Match", tag))).Is(304);
    }

    [Clause("7644-3.14-03", Needs = Feature.ETag)]
    public static async Task If_match(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Guarded"}""");
        var body = t.UserBody("""{"displayName":"Changed"}""", user.Name).ToJsonString();
        var put = new Call("PUT", user.Path).WithBody(body);
        var patch = new Call("PATCH", user.Path).WithBody(Trial.PatchBody("""{"op":"replace","path":"displayName","value":"Patched"}"""));
        (await t.Send(put.With("If-Match", Wrong))).IsError(412);
        if (t.Server.Lacks(Feature.Patch) is null)
            (await t.Send(patch.With("If-Match", Wrong))).IsError(412);
        // For DELETE it is a MAY, which 7644-3.6-04 looks at.
        if (t.OwnChoices)
            (await t.Send(new Call("DELETE", user.Path).With("If-Match", Wrong))).IsError(412);
        Check.Same("Guarded", (await t.Read(user.Path)).Text("displayName"), "displayName after refused writes");

        var now = (await t.Send(put.With("If-Match", Tag(user)))).Is(200);
        (await t.Send(put.With("If-Match", Tag(user)))).IsError(412);
        (await t.Send(put.With("If-Match", "\"other\", " + now.ETag))).Is(200);
        (await t.Send(put.With("If-Match", "*"))).Is(200);
        if (t.Server.Lacks(Feature.Patch) is null)
            (await t.Send(patch.With("If-Match", (await t.Get(user.Path)).ETag ?? ""))).Is(200, 204);
        (await t.Send(new Call("DELETE", user.Path).With("If-Match", (await t.Get(user.Path)).ETag ?? ""))).Is(204);
    }

    [Clause("7644-3.14-04", Needs = Feature.ETag)]
    public static async Task Odd_preconditions(Trial t)
    {
        var user = await t.NewUser();
        var put = new Call("PUT", user.Path).WithBody(t.UserBody(userName: user.Name).ToJsonString());
        (await t.Send(put)).Is(t.OwnChoices ? [200] : [200, 428]);
        (await t.Send(put.With("If-Match", "no quotes at all"))).Is(200, 400, 412, 428);
        (await t.Send(put.With("If-None-Match", "*"))).Is(t.OwnChoices ? [412] : [200, 412, 428]);
        (await t.Get(user.Path)).Is(200);
    }

    [Clause("7644-3.14-05", Needs = Feature.ETag)]
    public static async Task One_of_two_writes_wins(Trial t)
    {
        for (var round = 0; round < 5; round++)
        {
            var user = await t.NewUser();
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => t.Send(
                new Call("PUT", user.Path).WithBody(t.UserBody(
                    $$"""{"displayName":"Writer {{i}}"}""",
                    user.Name).ToJsonString()).With("If-Match", Tag(user)))));
            foreach (var answer in answers)
                answer.Is(200, 412);
            Check.Same(1, answers.Count(a => a.Status == 200), "writes that succeed of eight with the same If-Match");
            var winner = answers.First(a => a.Status == 200).Body.Text("displayName");
            Check.Same(winner, (await t.Read(user.Path)).Text("displayName"), "displayName of the write that won");
        }
    }

    [Clause("7644-3.14-06", Needs = Feature.ETag | Feature.Bulk)]
    public static async Task Version_in_bulk(Trial t)
    {
        var user = await t.NewUser();
        var data = t.UserBody("""{"displayName":"By bulk"}""", user.Name).ToJsonString();
        var stale = (await t.Bulk($$"""{"method":"PUT","path":"{{user.Path}}","version":{{Json.Quote(Wrong)}},"data":{{data}} }""")).Is(200);
        Bulk.Status(stale, 0, "412");
        var fresh = (await t.Bulk($$"""{"method":"PUT","path":"{{user.Path}}","version":{{Json.Quote(Tag(user))}},"data":{{data}} }""")).Is(200);
        Bulk.Status(fresh, 0, "200");
    }

    [Clause("7644-3.14-07", Needs = Feature.ETag)]
    public static async Task Version_is_stored_unescaped(Trial t)
    {
        var user = await t.NewUser();
        var version = (await t.Read(user.Path)).Text("meta.version");
        Check.That(
            version is { Length: > 2 } && !version.Contains('\\', StringComparison.Ordinal),
            $"meta.version {version} holds backslashes once its JSON is read");
        (await t.Send(new Call("GET", user.Path).With("If-None-Match", version))).Is(304);
    }

    private static string Tag(Made made)
    {
        Check.That(made.ETag is { Length: > 0 }, "etag.supported is true, so a new resource must have an ETag");
        return made.ETag;
    }
}
