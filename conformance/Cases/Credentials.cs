using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Parts E and M: who may do what (RFC 7644 §2, §6, §7; RFC 7643 §9).</summary>
internal static class Credentials
{
    [Clause("7644-2-01")]
    public static async Task Without_credentials_401(Trial t)
    {
        if (t.Settings.Token is null && t.Settings.Headers.Count == 0)
            Trial.NotTested("the run has no credentials, so the server asks for none");
        foreach (var credential in new[] { Credential.None, Credential.Forged })
        {
            var answer = (await t.Send(new Call("GET", t.Users) { Credential = credential })).IsError(401);
            Check.That(answer.Header("WWW-Authenticate") is { Length: > 0 }, "401 must carry WWW-Authenticate");
        }
        var invalid = await t.Send(new Call("GET", t.Users) { Credential = Credential.Forged });
        if (t.OwnChoices)
            Check.That(
                invalid.Header("WWW-Authenticate")!.Contains("invalid_token", StringComparison.Ordinal),
                "a bad token must be called invalid_token in WWW-Authenticate");
    }

    [Clause("7644-2-02")]
    public static async Task Without_the_right_403(Trial t)
    {
        if (t.Settings.ReadOnlyToken is null)
            Trial.NotTested("needs --read-token, a token that may read only");
        (await t.Send(new Call("GET", t.Users) { Credential = Credential.ReadOnly })).IsList();
        var user = await t.NewUser();
        var body = t.UserBody().ToJsonString();
        (await t.Send(new Call("POST", t.Users) { Credential = Credential.ReadOnly }.WithBody(body))).IsError(403);
        (await t.Send(new Call("DELETE", user.Path) { Credential = Credential.ReadOnly })).IsError(403);
        (await t.Get(user.Path)).Is(200);
    }

    [Clause("7644-2-03", Also = ["7644-7.6-01"])]
    public static async Task Anonymous_creation(Trial t)
    {
        if (t.Settings.Headers.Count > 0)
            Trial.NotTested("credentials are sent in a header of the command line, which no request leaves out");
        var answer = await t.Send(new Call("POST", t.Users) { Credential = Credential.None }.WithBody(t.UserBody().ToJsonString()));
        if (t.Settings.Token is null)
            Trial.NotTested("the run has no credentials, so every creation is anonymous");
        if (t.OwnChoices)
            answer.IsError(401);
        if (answer.Succeeded)
            Check.That(answer.Body.Flag("active") == false, "a user created anonymously must not be active");
        else
            answer.Is(401, 403);
    }

    [Clause("7644-6-01", Also = ["7643-9.3-01"])]
    public static async Task Tenants_do_not_see_each_other(Trial t)
    {
        if (t.Settings.OtherToken is null)
            Trial.NotTested("needs --other-token, a token of another tenant");
        var external = t.Name();
        var user = await t.NewUser($$"""{"externalId":"{{external}}"}""");
        (await t.Send(new Call("GET", user.Path) { Credential = Credential.Other })).IsError(404);
        (await t.Send(new Call("DELETE", user.Path) { Credential = Credential.Other })).IsError(404);
        var filter = Uri.EscapeDataString($"externalId eq {Json.Quote(external)}");
        Check.Same(
            0,
            (await t.Send(new Call("GET", $"{t.Users}?filter={filter}") { Credential = Credential.Other })).IsList().Total,
            "users of one tenant found by another");
        (await t.Get(user.Path)).Is(200);
    }

    [Clause("7644-7.2-01")]
    public static Task Transport_is_encrypted(Trial t)
    {
        var url = new Uri(t.Settings.Url);
        if (url.Scheme != "https" && url.IsLoopback)
            Trial.NotTested("plain HTTP on loopback: nothing to encrypt between two ends of one machine");
        Check.That(url.Scheme == "https", "SCIM is served over plain HTTP");
        // The client of this suite offers nothing older than TLS 1.2, so an answer over https shows that the server has it.
        return Task.CompletedTask;
    }

    [Clause("7644-7.4-01")]
    public static async Task Tokens_count_in_the_header_only(Trial t)
    {
        var token = t.Settings.Token;
        if (token is null)
            Trial.NotTested("the run has no bearer token");
        foreach (var name in new[] { "access_token", "token" })
            (await t.Send(new Call(
                "GET",
                $"{t.Users}?{name}={Uri.EscapeDataString(token)}") { Credential = Credential.None })).Is(401, 403);
        var basic = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("x:" + token));
        (await t.Send(new Call("GET", t.Users) { Credential = Credential.None }.With("Cookie", "token=" + basic))).Is(401, 403);
    }

    [Clause("7644-7.5.2-02", Needs = Feature.Filter)]
    public static async Task Sensitive_filter_in_a_url(Trial t)
    {
        var answer = await t.Find(t.Users, "password eq \"guess\"");
        if (t.OwnChoices)
            answer.IsError(403, "sensitive");
        if (answer.Succeeded)
            Check.Same(0, answer.Total, "users found by a guessed password");
        else
            answer.Is(400, 403);
        var user = await t.NewUser();
        (await t.Find(t.Users, $"userName eq {Json.Quote(user.Name)}")).Is(200);
    }

    [Clause("7644-7.7-01", Needs = Feature.Filter)]
    public static async Task Values_are_data(Trial t)
    {
        foreach (var hostile in new[]
        {
            "' OR 1=1 --", "x'; DROP TABLE users; --", "%", "_", "*", "\\", "${jndi:ldap://x}", "<script>alert(1)</script>",
            "\" or \"1\"=\"1", "{{7*7}}",
        })
        {
            Check.Same(
                0,
                (await t.Find(t.Users, $"userName eq {Json.Quote(hostile)}")).IsList().Total,
                $"users found by the name {hostile}");
            var user = await t.NewUser($$"""{"displayName":{{Json.Quote(hostile)}}}""");
            Check.Same(hostile, (await t.Read(user.Path)).Text("displayName"), "displayName");
            var found = await t.Find(t.Users, $"displayName eq {Json.Quote(hostile)} and userName eq {Json.Quote(user.Name)}");
            Check.SameSet([user.Id], found.IsList().Ids, $"users found by the display name {hostile}");
        }
        var people = await t.People();
        await people.Match(t, $"displayName sw \"{people.Tag[..^2]}%\"");
        await people.Match(t, $"displayName sw \"{people.Tag[..^2]}_\"");
    }

    [Clause("7644-5-01")]
    public static async Task UserName_is_prepared(Trial t)
    {
        var tag = t.Name();
        await t.NewUser(userName: $"{tag}-ann@{t.Settings.UserDomain}");
        (await t.Post(t.Users, t.UserBody(userName: $"{tag}-Ａnn@{t.Settings.UserDomain}"))).IsError(409, "uniqueness");
        await t.NewUser(userName: $"{tag}-jos\u00e9@{t.Settings.UserDomain}");
        (await t.Post(t.Users, t.UserBody(userName: $"{tag}-jose\u0301@{t.Settings.UserDomain}"))).IsError(409, "uniqueness");
    }
}
