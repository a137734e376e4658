using System.Text;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part E: media types, methods and addresses (RFC 7644 §3.2, §3.8, §3.13).</summary>
internal static class HttpRules
{
    [Clause("7644-3.2-01")]
    public static async Task Endpoints_exist(Trial t)
    {
        foreach (var path in new[] { "/ServiceProviderConfig", "/ResourceTypes", "/Schemas", t.Users })
            (await t.Get(path)).Is(200);
        foreach (var type in t.Server.Types)
            (await t.List(type.Endpoint, ("count", "0"))).Is(200);
        (await t.Get("/Me")).Is(200, 307, 308, 404, 501);
        (await t.Search("", """{"count":0}""")).Is(200, 501);
        (await t.Search(t.Users, """{"count":0}""")).Is(200, 501);
    }

    [Clause("7644-3.2-02")]
    public static async Task Letter_case_and_trailing_slash(Trial t)
    {
        foreach (var path in new[] { t.Users.ToLowerInvariant(), t.Users + "/" })
        {
            var answer = await t.List(path, ("count", "1"));
            if (t.OwnChoices)
                answer.IsList();
            else if (answer.Status != 200 && answer.Status is not (301 or 307 or 308))
                answer.Is(404);
        }
    }

    [Clause("7644-3.2-03")]
    public static async Task Wrong_method_and_unknown_endpoint(Trial t)
    {
        var answer = await t.Send(new Call("PUT", t.Users).WithBody("{}"));
        answer.Is(405, 501, 404, 403);
        if (t.OwnChoices)
            answer.IsError(405);
        if (answer.Status == 405)
            Check.That(answer.Header("Allow") is { Length: > 0 }, "405 must carry an Allow header");
        var unknown = (await t.Get("/NoSuchEndpoint")).IsError(404);
        Check.That(
            unknown.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true,
            "an unknown endpoint must be answered in JSON");
    }

    [Clause("7644-3.2-04")]
    public static async Task Errors_use_status_and_body(Trial t)
    {
        (await t.Get(t.Users + "/" + Trial.NoId)).IsError(404);
        (await t.Post(t.Users, "{")).IsError(400);
    }

    [Clause("7644-3.8-01")]
    public static async Task Utf8_json_in_and_out(Trial t)
    {
        const string name = "Zoë 王小明 🦊 Ωmega";
        var user = await t.NewUser($$"""{"displayName":"{{name}}"}""");
        var answer = (await t.Get(user.Path)).Is(200);
        Check.Same(name, answer.Body.Text("displayName"), "displayName");
        foreach (var each in new[] { user.Answer, answer, await t.List(t.Users, ("count", "1")), await t.Get("/ServiceProviderConfig") })
        {
            Check.That(
                each.ContentType?.StartsWith(Call.Scim, StringComparison.OrdinalIgnoreCase) == true,
                $"{each.Exchange.Method} {each.Exchange.Url}: Content-Type is {each.ContentType ?? "missing"}, not {Call.Scim}");
            if (t.OwnChoices)
                Check.Same(Call.Scim, each.ContentType, "Content-Type, without parameters");
        }
    }

    [Clause("7644-3.8-02")]
    public static async Task Accept_is_honoured(Trial t)
    {
        var user = await t.NewUser();
        foreach (var accept in new[] { Call.Scim, "application/scim+json;q=0.9, application/json;q=0.1", "application/json", "*/*", null })
        {
            var answer = (await t.Send(new Call("GET", user.Path) { Accept = accept })).Is(200);
            Check.That(
                answer.ContentType?.StartsWith(Call.Scim, StringComparison.OrdinalIgnoreCase) == true
                || answer.ContentType?.StartsWith(
                    "application/json",
                    StringComparison.OrdinalIgnoreCase) == true && accept == "application/json",
                $"Accept: {accept ?? "(none)"} was answered with Content-Type {answer.ContentType ?? "(none)"}");
        }
        var odd = await t.Send(new Call("GET", user.Path) { Accept = "text/xml" });
        odd.Is(t.OwnChoices ? [200] : [200, 406]);
    }

    [Clause("7644-3.8-03")]
    public static async Task Content_types_of_requests(Trial t)
    {
        foreach (var type in new[]
        {
            Call.Scim, "application/json", "application/scim+json; charset=utf-8", "application/json;charset=UTF-8",
        })
            (await t.Send(Create(t) with { ContentType = type })).Is(201);
        foreach (var type in new[] { "text/plain", "application/xml", "application/x-www-form-urlencoded" })
            (await t.Send(Create(t) with { ContentType = type })).IsError(415);
        (await t.Send(Create(t) with { ContentType = "application/scim+json; charset=iso-8859-1" })).Is(t.OwnChoices ? [415] : [201, 400, 415]);
        (await t.Send(Create(t) with { ContentType = null })).Is(t.OwnChoices ? [201] : [201, 400, 415]);
    }

    [Clause("7644-3.8-04")]
    public static async Task Scim_suffix(Trial t)
    {
        var user = await t.NewUser();
        var answer = await t.Get(user.Path + ".scim");
        if (t.OwnChoices)
            answer.Is(200);
        if (answer.Is(200, 404, 400).Status == 200)
            Check.Same(user.Id, answer.Body.Text("id"), "id of the resource with the .scim suffix");
    }

    [Clause("7644-3.8-05")]
    public static async Task Malformed_bodies(Trial t)
    {
        foreach (var body in new[] { "{", "[]", "\"text\"", "12", "{\"schemas\":}", "", "{} {}", "{\"a\":1,}" })
            (await t.Post(t.Users, body)).IsError(400, "invalidSyntax");
        (await t.Send(new Call("POST", t.Users))).IsError(400, "invalidSyntax");
        var trailing = t.UserBody().ToJsonString() + " trailing";
        (await t.Post(t.Users, trailing)).IsError(400, "invalidSyntax");
        if (t.OwnChoices)
            (await t.Send(new Call(
                "POST",
                t.Users) { Body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(t.UserBody().ToJsonString())] })).Is(201);
    }

    [Clause("7644-3.13-01")]
    public static async Task Unknown_version(Trial t)
    {
        if (VersionSegment.Root(t.Settings.Url) is { } root)
        {
            (await t.Get(t.Settings.Url + t.Users + "?count=1")).Is(200);
            var answer = await t.Get(root + "/v99" + t.Users);
            if (t.OwnChoices)
                answer.IsError(400, "invalidVers");
            answer.Is(400, 404);
            return;
        }
        var beneath = await t.Get("/v99" + t.Users);
        if (beneath.Is(400, 404).Status == 400)
            beneath.IsError(400, "invalidVers");
    }

    [Clause("7644-1.3-01")]
    public static async Task Urls_carry_no_query(Trial t)
    {
        var user = await t.NewUser();
        var location = user.Body.Text("meta.location") ?? user.Answer.Header("Location") ?? "";
        Check.That(!location.Contains('?', StringComparison.Ordinal), $"{location} carries a query");
        foreach (var resource in (await t.List(t.Users, ("count", "3"))).IsList().Resources)
            Check.That(resource.Text("meta.location")?.Contains('?', StringComparison.Ordinal) != true, "meta.location carries a query");
    }

    [Clause("7644-3.4.2-01")]
    public static async Task Unknown_query_parameters_are_ignored(Trial t)
    {
        var made = (await t.Post(t.Users + "?flavour=mint", t.UserBody())).Is(201).Body;
        var path = t.Users + "/" + made.Text("id");
        (await t.Get(path + "?flavour=mint&_=17")).Is(200);
        (await t.Get(t.Users + "?flavour=mint&count=1")).Is(200);
        (await t.Send(new Call("PUT", path + "?flavour=mint").WithBody(made.ToJsonString()))).Is(200);
        (await t.Delete(path + "?flavour=mint")).Is(204);
    }

    [Clause("X-override-01")]
    public static async Task Method_override_is_no_creation(Trial t)
    {
        var user = await t.NewUser();
        var deleted = await t.Send(new Call("POST", user.Path).WithBody("{}").With("X-HTTP-Method-Override", "DELETE"));
        if (t.OwnChoices)
            deleted.Is(400, 405, 501);
        if (deleted.Succeeded && (await t.Get(user.Path)).Status == 404)
            Trial.NotSupported("the server knows X-HTTP-Method-Override of SCIM 1.1");
        (await t.Get(user.Path)).Is(200);
        var posted = await t.Send(new Call("POST", t.Users).WithBody(t.UserBody().ToJsonString()).With("X-HTTP-Method-Override", "PATCH"));
        posted.Is(t.OwnChoices ? [400, 501] : [201, 400, 404, 405, 501]);
    }

    [Clause("HTTP-HEAD-01")]
    public static async Task Head_and_options(Trial t)
    {
        var user = await t.NewUser();
        var head = await t.Send(new Call("HEAD", user.Path));
        head.Is(t.OwnChoices ? [200] : [200, 404, 405, 501]);
        Check.That(head.Text.Length == 0, "HEAD must have no body");
        var options = await t.Send(new Call("OPTIONS", t.Users));
        options.Is(t.OwnChoices ? [204] : [200, 204, 404, 405, 501]);
        if (t.OwnChoices)
            Check.That(
                options.Header("Allow")?.Contains("POST", StringComparison.Ordinal) == true,
                "OPTIONS must tell the methods in Allow");
    }

    private static Call Create(Trial t) => new Call("POST", t.Users).WithBody(t.UserBody().ToJsonString());
}
