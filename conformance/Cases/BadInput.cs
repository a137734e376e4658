using System.Globalization;
using System.Text;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Hostile bodies, filters, paths and ids: each gets a SCIM error with a 4xx in bounded time, never a breakdown.</summary>
internal static class BadInput
{
    private const string Heading = "Bad input";

    [Clause("bad-json", Part = Heading, Title = "Malformed JSON on every method with a body", Also = ["7644-3.8-05"])]
    public static async Task Malformed_json(Trial t)
    {
        var user = await t.NewUser();
        foreach (var body in new[]
        {
            "", "{", "}", "nul", "{\"schemas\":[\"" + Urn.User + "\"", "{'userName':'x'}", "{\"userName\":NaN}", "\u0000", "[[[[",
            "{\"userName\":\"\\x\"}",
        })
        {
            foreach (var (method, path) in new[]
            {
                ("POST", t.Users), ("PUT", user.Path), ("PATCH", user.Path), ("POST", t.Users + "/.search"), ("POST", "/Bulk"),
            })
                Refusal(await t.Send(new Call(method, path).WithBody(body)), "invalidSyntax");
        }
    }

    [Clause("bad-depth", Part = Heading, Title = "JSON nested 10,000 deep", Also = ["7644-3.8-05"])]
    public static async Task Deep_nesting(Trial t)
    {
        var user = await t.NewUser();
        var array = string.Concat(Enumerable.Repeat("[", 10000)) + string.Concat(Enumerable.Repeat("]", 10000));
        var shapes = string.Concat(Enumerable.Repeat("{\"a\":", 10000)) + "1" + new string('}', 10000);
        foreach (var deep in new[] { array, shapes })
        {
            Refusal(
                await t.Post(t.Users, $$"""{"schemas":["{{Urn.User}}"],"userName":"{{t.UserName()}}","x":{{deep}} }"""),
                "invalidSyntax",
                "invalidValue");
            Refusal(
                await t.Send(new Call("PATCH", user.Path).WithBody(Trial.PatchBody($$"""{"op":"add","path":"title","value":{{deep}} }"""))),
                "invalidSyntax",
                "invalidValue",
                "");
            Refusal(await t.Post(t.Users, deep), "invalidSyntax");
        }
    }

    [Clause("bad-duplicate-keys", Part = Heading, Title = "The same key twice in a body")]
    public static async Task Duplicate_keys(Trial t)
    {
        var name = t.UserName();
        var answer = await t.Post(t.Users, $$"""{"schemas":["{{Urn.User}}"],"userName":"{{name}}","userName":"{{t.UserName()}}"}""");
        if (t.OwnChoices || !answer.Succeeded)
            Refusal(answer, "invalidSyntax");
        var nested = await t.Post(
            t.Users,
            $$"""{"schemas":["{{Urn.User}}"],"userName":"{{t.UserName()}}","name":{"givenName":"a","givenName":"b"} }""");
        if (t.OwnChoices || !nested.Succeeded)
            Refusal(nested, "invalidSyntax");
    }

    [Clause("bad-utf8", Part = Heading, Title = "Invalid UTF-8 in a body and in a URL", Also = ["7644-3.8-01"])]
    public static async Task Invalid_utf8(Trial t)
    {
        byte[][] wrong = [[0xC3, 0x28], [0xFF, 0xFE], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80]];
        foreach (var bytes in wrong)
        {
            var start = Encoding.UTF8.GetBytes($$"""{"schemas":["{{Urn.User}}"],"userName":"{{t.UserName()}}","displayName":" """);
            Refusal(await t.Send(new Call("POST", t.Users) { Body = [.. start, .. bytes, .. "\"}"u8] }), "invalidSyntax");
        }
        var url = await t.Get(t.Users + "?filter=userName%20eq%20%22%C3%28%22");
        Check.That(url.Status is 200 or >= 400 and < 500, "invalid UTF-8 in a URL must be refused or match nothing");
    }

    [Clause(
        "bad-filter-length",
        Part = Heading,
        Title = "A filter of 1 MB, by POST .search and in a URL",
        Needs = Feature.Filter,
        Also = ["7644-3.4.2.2-24"])]
    public static async Task Filter_of_a_megabyte(Trial t)
    {
        await FilterGrammar.Refused(t, "userName eq \"" + new string('x', 1024 * 1024) + "\"");
        var terms = new StringBuilder("userName eq \"x\"");
        while (terms.Length < 1024 * 1024)
            terms.Append(" and userName ne \"y\"");
        await FilterGrammar.Refused(t, terms.ToString());
        var url = await t.Get(t.Users + "?filter=userName%20eq%20%22" + new string('x', 1024 * 1024) + "%22");
        // The URL may be too long for the web server itself, which then answers in its own words or hangs up.
        Check.That(
            url.Status is 0 or >= 400 and < 500,
            string.Create(CultureInfo.InvariantCulture, $"a URL of 1 MB must be refused, got {url.Status}"));
        Check.That(url.Took < TimeSpan.FromSeconds(10), "the refusal of a long URL took too long");
        var some = await t.Get(t.Users + "?filter=userName%20eq%20%22" + new string('x', 6000) + "%22");
        Check.That(
            some.Status is 200 or 414 or 431 or 400,
            string.Create(CultureInfo.InvariantCulture, $"a URL of 6 KB: got {some.Status}"));
        (await t.Get(t.Users + "?count=1")).Is(200);
    }

    [Clause(
        "bad-filter-depth", Part = Heading, Title = "A filter of 10,000 parentheses", Needs = Feature.Filter, Also = ["7644-3.4.2.2-24"])]
    public static async Task Filter_of_parentheses(Trial t)
    {
        await FilterGrammar.Refused(t, new string('(', 10000) + "userName pr" + new string(')', 10000));
        await FilterGrammar.Refused(t, string.Concat(Enumerable.Repeat("not(", 10000)) + "userName pr" + new string(')', 10000));
        await FilterGrammar.Refused(t, string.Concat(Enumerable.Repeat("emails[", 10000)) + "type pr" + new string(']', 10000));
        (await t.Get(t.Users + "?count=1")).Is(200);
    }

    [Clause("bad-patch-filter", Part = Heading, Title = "Hostile filters in PATCH paths", Needs = Feature.Patch, Also = ["7644-3.5.2-03"])]
    public static async Task Hostile_patch_paths(Trial t)
    {
        var user = await t.NewUser();
        var before = await t.Read(user.Path);
        foreach (var path in new[]
        {
            "emails[", "emails]", "emails[[type eq \"work\"]", "emails[type eq \"work\"", "]emails[", "emails[type eq \"wo]rk", "members[value eq \"",
            "emails[" + new string('(', 10000) + "type pr" + new string(
                ')',
                10000) + "]", new string('[', 10000), new string('a', 100000), string.Join('.', Enumerable.Repeat("a", 10000)),
            "\u0000", "emails[type eq \"work\"].value.value", "../../etc/passwd", "$..*",
        })
        {
            Refusal(
                await t.Patch(user.Path, $$"""{"op":"replace","path":{{Json.Quote(path)}},"value":"x"}"""),
                "invalidPath",
                "invalidFilter",
                "noTarget",
                "invalidSyntax");
            Refusal(
                await t.Patch(user.Path, $$"""{"op":"remove","path":{{Json.Quote(path)}}}"""), "invalidPath", "invalidFilter", "noTarget", "invalidSyntax");
        }
        Check.That(System.Text.Json.Nodes.JsonNode.DeepEquals(before, await t.Read(user.Path)), "refused operations must change nothing");
    }

    [Clause("bad-types", Part = Heading, Title = "Wrong types for attributes, operations and parameters")]
    public static async Task Wrong_types(Trial t)
    {
        foreach (var members in new[]
        {
            "\"userName\":{}", "\"userName\":[]", "\"userName\":true", "\"name\":7", "\"emails\":{\"value\":{}}", "\"emails\":[[]]", "\"emails\":[{\"value\":[]}]", t.Strict ? "\"schemas\":{}" : "\"name\":[7]",
            "\"emails\":[{\"primary\":\"perhaps\"}]", "\"active\":[]",
        })
        {
            var name = members.Contains("userName", StringComparison.Ordinal) ? "" : $",\"userName\":\"{t.UserName()}\"";
            var schemas = members.Contains("schemas", StringComparison.Ordinal) ? "" : $",\"schemas\":[\"{Urn.User}\"]";
            Refusal(await t.Post(t.Users, "{" + members + name + schemas + "}"), "invalidValue", "invalidSyntax");
        }
        foreach (var query in new[] { "count=x", "startIndex=x", "count=1.5", "startIndex=1e3" })
        {
            var answer = await t.Get(t.Users + "?" + query);
            if (t.OwnChoices || !answer.Succeeded)
                Refusal(answer, "invalidValue", "invalidCount");
        }
        var vast = await t.Get(t.Users + "?count=99999999999999999999");
        Check.That(
            vast.Status is 200 or 400,
            string.Create(CultureInfo.InvariantCulture, $"a count beyond all integers: got {vast.Status}"));
        foreach (var search in new[] { """{"filter":7}""", """{"count":"many"}""", """{"startIndex":{}}""", """{"attributes":7}""" })
        {
            var answer = await t.Search(t.Users, search);
            if (answer.Status != 501)
                Refusal(answer, "invalidValue", "invalidSyntax", "invalidFilter");
        }
    }

    [Clause("bad-ids", Part = Heading, Title = "Ids that are none of the server's", Also = ["7644-3.4.1-02"])]
    public static async Task Foreign_ids(Trial t)
    {
        foreach (var id in new[]
        {
            Trial.NoId, "0", "-1", "null", "undefined", "%27%20OR%201%3D1", "..%2F..%2Fetc%2Fpasswd", "%00", new string('9', 400),
            "%F0%9F%A6%8A", "a%0d%0ab",
        })
        {
            foreach (var method in new[] { "GET", "DELETE", "PUT", "PATCH" })
            {
                var call = new Call(method, t.Users + "/" + id);
                var body = method switch { "PUT" => t.UserBody().ToJsonString(), "PATCH" => Trial.PatchBody("""{"op":"replace","path":"displayName","value":"X"}"""), _ => null };
                var answer = await t.Send(body is null ? call : call.WithBody(body));
                Check.That(
                    answer.Status is 404 or 400 or 501 && (answer.Status != 501 || method == "PATCH"),
                    string.Create(CultureInfo.InvariantCulture, $"{method} of the id {id}: expected 404, got {answer.Status}"));
            }
        }
    }

    [Clause(
        "bad-bulk", Part = Heading, Title = "Bulk beyond its limits leaves nothing behind", Needs = Feature.Bulk, Also = ["7644-3.7.4-01"])]
    public static async Task Bulk_beyond_the_limits(Trial t)
    {
        if (t.Server.MaxOperations > 20000)
            Trial.NotTested("bulk.maxOperations is so high that going beyond it would be an attack");
        var name = t.UserName("beyond");
        var first = Bulk.Post(t, "first", t.UserBody(userName: name));
        var answer = await t.Bulk([first, .. Enumerable.Repeat(Bulk.Delete(t.Users + "/" + Trial.NoId), t.Server.MaxOperations)], "");
        Refusal(answer);
        Check.Same(413, answer.Status, "status");
        if (t.Server.Lacks(Feature.Filter) is null)
            Check.Same(
                0,
                (await t.Find(t.Users, $"userName eq {Json.Quote(name)}")).IsList().Total,
                "users made by a bulk that was refused");
        foreach (var body in new[]
        {
            $$"""{"schemas":["{{Urn.BulkRequest}}"],"Operations":[7]}""",
            $$"""{"schemas":["{{Urn.BulkRequest}}"],"Operations":[{"method":{} }]}""",
            $$"""{"schemas":["{{Urn.BulkRequest}}"],"failOnErrors":"x","Operations":[]}""",
        })
        {
            var odd = await t.Post("/Bulk", body);
            Check.That(odd.Status is 200 or 400, string.Create(CultureInfo.InvariantCulture, $"an odd bulk: got {odd.Status}"));
            if (odd.Status == 200)
                Check.That(odd.Body.Items("Operations").All(o => o.Text("status") is ['4', ..]), "an odd bulk operation must fail");
        }
    }

    [Clause("bad-size", Part = Heading, Title = "A body of 100 MB is refused, not read")]
    public static async Task Body_of_100_megabytes(Trial t)
    {
        var body = new byte[100 * 1024 * 1024];
        Array.Fill(body, (byte)' ');
        "{"u8.CopyTo(body);
        var answer = await t.Send(new Call("POST", t.Users) { Body = body, ExpectContinue = true });
        if (answer.Status == 0 && answer.Took < TimeSpan.FromSeconds(15))
            Trial.NotTested("the server hung up before its answer could be read: " + answer.Exchange.Fault);
        Refusal(answer, "", "tooMany", "invalidSyntax");
        (await t.Get(t.Users + "?count=1")).Is(200);
    }

    [Clause("bad-values", Part = Heading, Title = "Long and odd strings are stored whole or refused")]
    public static async Task Odd_strings(Trial t)
    {
        foreach (var value in new[]
        {
            new string('x', 70000), "a\u0000b", "\u202Eevil", "line\nbreak\ttab", "\ud83e\udd8a", "  spaces  ", "\u0001\u0002",
        })
        {
            var body = t.UserBody();
            body["displayName"] = value;
            var answer = await t.Post(t.Users, body);
            if (answer.Succeeded)
                Check.Same(value, (await t.Read(t.Users + "/" + answer.Body.Text("id"))).Text("displayName"), "displayName");
            else
                Refusal(answer, "invalidValue", "invalidSyntax", "");
        }
        var lone = await t.Post(t.Users, $$"""{"schemas":["{{Urn.User}}"],"userName":"{{t.UserName()}}","displayName":"\ud800"}""");
        if (!lone.Succeeded)
            Refusal(lone, "invalidSyntax", "invalidValue");
    }

    /// <summary>A 4xx with a SCIM error in bounded time. With 400 the scimType is one of these; "" allows none.</summary>
    private static void Refusal(Answer answer, params string[] scimTypes)
    {
        if (answer.Status == 501)
            return;
        answer.IsRefused();
        if (answer.Status == 400 && scimTypes.Length > 0 && !scimTypes.Contains(answer.ScimType ?? "", StringComparer.Ordinal))
            throw answer.Failed("scimType " + string.Join(" or ", scimTypes));
        if (answer.Took > TimeSpan.FromSeconds(10))
            throw answer.Failed("a refusal within ten seconds");
    }
}
