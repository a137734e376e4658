using System.Text.Json.Nodes;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part C: the User schema (RFC 7643 §4.1).</summary>
internal static class UserSchema
{
    private const string Secret = "Conformance-Pa55word-7!";

    [Clause("7643-4.1-01")]
    public static async Task UserName_is_required_and_unique(Trial t)
    {
        var user = await t.NewUser();
        (await t.Post(t.Users, t.UserBody(userName: user.Name.ToUpperInvariant()))).IsError(409, "uniqueness");
        foreach (var name in new[] { null, "", "   " })
        {
            var body = t.UserBody();
            body["userName"] = name;
            (await t.Post(t.Users, body)).IsError(400, "invalidValue");
        }
        var missing = t.UserBody();
        missing.Remove("userName");
        (await t.Post(t.Users, missing)).IsError(400, "invalidValue");
    }

    [Clause("7643-4.1-02", Uses = "name.formatted,name.middleName,name.honorificPrefix,name.honorificSuffix")]
    public static async Task Name_is_stored_as_sent(Trial t)
    {
        const string name =
            """{"name":{"formatted":"Ms. B J Jensen, III","familyName":"Jensen","givenName":"Barbara","middleName":"Jane","honorificPrefix":"Ms.","honorificSuffix":"III"} }""";
        await Kept(t, name);
    }

    [Clause("7643-4.1-03", Uses = "nickName,title,userType,preferredLanguage,locale,timezone,profileUrl")]
    public static Task Single_values_are_stored_as_sent(Trial t) => Kept(
        t,
        """
        {"displayName":"Babs","nickName":"B.","title":"Tour Guide","userType":"Employee","preferredLanguage":"en-US","locale":"en-US",
         "timezone":"America/Los_Angeles","profileUrl":"https://login.example.com/bjensen","active":true}
        """);

    [Clause("7643-4.1-04", Uses = "preferredLanguage,locale,timezone")]
    public static async Task Language_locale_and_zone_are_not_rewritten(Trial t)
    {
        await Kept(t, """{"preferredLanguage":"da, en-GB;q=0.8, en;q=0.7","locale":"da-dk","timezone":"Europe/Copenhagen"}""");
        foreach (var wrong in new[] { """{"timezone":"Middle_Earth/Shire"}""", """{"locale":"no such locale!"}""" })
        {
            var answer = (await t.Post(t.Users, t.UserBody(wrong))).Is(201, 400);
            if (answer.Status == 400)
                answer.IsError(400, "invalidValue");
        }
    }

    [Clause("7643-4.1-05", Uses = "active")]
    public static async Task Active_has_a_default_and_is_kept(Trial t)
    {
        var body = t.UserBody();
        body.Remove("active");
        var made = (await t.Post(t.Users, body)).Is(201).Body;
        if (t.OwnChoices)
            Check.That(made.Flag("active") == true, "active must be true when a POST leaves it out");
        if (made.Flag("active") is { } shown && t.Server.Lacks(Feature.Filter) is null)
        {
            var filter = $"id eq {Json.Quote(made.Text("id")!)} and active eq {(shown ? "true" : "false")}";
            Check.Same(1, (await t.Find(t.Users, filter)).IsList().Total, "users found by the active that was shown");
        }

        var inactive = await t.NewUser("""{"active":false}""");
        Check.That((await t.Read(inactive.Path)).Flag("active") == false, "active=false must be kept and the user stay readable");
    }

    [Clause("7643-4.1-06", Uses = "password")]
    public static async Task Password_is_never_returned(Trial t)
    {
        var user = await t.NewUser($$"""{"password":"{{Secret}}"}""");
        var answers = new List<Answer>
        {
            user.Answer,
            await t.Get(user.Path),
            await t.List(user.Path, ("attributes", "password,userName")),
            await t.List(user.Path, ("excludedAttributes", "userName")),
            await t.Put(user.Path, t.UserBody($$"""{"password":"{{Secret}}"}""", user.Name)),
        };
        if (t.Server.Lacks(Feature.Filter) is null)
            answers.Add(await t.List(t.Users, ("filter", $"id eq {Json.Quote(user.Id)}"), ("attributes", "password")));
        if (t.Server.Lacks(Feature.Patch) is null)
            answers.Add(await t.Patch(user.Path, $$"""{"op":"replace","path":"password","value":"{{Secret}}x"}"""));
        foreach (var answer in answers)
        {
            if (answer.Text.Contains(
                Secret,
                StringComparison.Ordinal) || (answer.Json is JsonObject body && (body.Has("password") || body.Items("Resources").Any(r => r.Has("password")))))
                throw answer.Failed("no password in any answer");
        }
    }

    [Clause("7643-4.1-07", Needs = Feature.Filter, Uses = "password")]
    public static async Task Filter_by_password(Trial t)
    {
        var user = await t.NewUser($$"""{"password":"{{Secret}}"}""");
        var answer = await t.Search(t.Users, $$"""{"filter":"id eq \"{{user.Id}}\" and password eq \"guess\""}""");
        if (t.OwnChoices)
            answer.IsError(400, "invalidFilter");
        else if (answer.OrLacks("POST .search").Succeeded)
            Check.Same(0, answer.IsList().Total, "users found by a wrong password");
        else
            answer.IsRefused();
    }

    [Clause("7643-4.1-08", Uses = "emails.display,phoneNumbers,ims,photos,entitlements,roles")]
    public static async Task Many_values_are_stored_as_sent(Trial t)
    {
        foreach (var (attribute, types, value) in new[]
        {
            ("emails", "work home other", "x@many.example"), ("phoneNumbers", "work home mobile fax pager other", "tel:+45-5501"), ("ims", "aim xmpp skype", "handle"),
            ("photos", "photo thumbnail", "https://photos.example/1"), ("entitlements", "any", "right"), ("roles", "any", "role"),
        })
        {
            var elements = new JsonArray();
            foreach (var type in types.Split(' '))
            {
                elements.Add(new JsonObject
                {
                    ["value"] = attribute == "emails" ? type + value : value + type, ["type"] = type, ["display"] = "The " + type, ["primary"] = elements.Count == 0,
                });
            }
            var user = await t.NewUser(new JsonObject { [attribute] = elements }.ToJsonString());
            var stored = (await t.Read(user.Path)).Items(attribute);
            Check.SameSet(elements.Select(Row), stored.Select(Row), attribute);
        }

        static string Row(JsonNode? e) => $"{e.Text("type")}/{e.Text("value")}/{e.Text("display")}/{e.Flag("primary") == true}";
    }

    [Clause(
        "7643-4.1-09",
        Uses = "addresses.country,addresses.formatted,addresses.locality,addresses.postalCode,addresses.region,addresses.streetAddress,addresses.type")]
    public static async Task Addresses_are_stored_and_country_is_a_code(Trial t)
    {
        await Kept(
            t,
            """
            {"addresses":[{"formatted":"100 Universal City Plaza\nHollywood, CA 91608","streetAddress":"100 Universal City Plaza","locality":"Hollywood",
             "region":"CA","postalCode":"91608","country":"US","type":"work"}]}
            """);
        var answer = await t.Post(t.Users, t.UserBody("""{"addresses":[{"country":"Atlantis","type":"home"}]}"""));
        if (t.Strict)
            answer.IsError(400, "invalidValue");
        else
            answer.Is(201, 400);
    }

    [Clause("7643-4.1-10", Uses = "emails,phoneNumbers")]
    public static async Task Mail_and_telephone_come_back_as_sent(Trial t)
    {
        var user = await t.NewUser(
            """{"emails":[{"value":"Mixed.Case@Corp.EXAMPLE","type":"work"}],"phoneNumbers":[{"value":"+45 55 01 22 33","type":"work"}]}""");
        var now = await t.Read(user.Path);
        var mail = now.Text("emails.value") ?? "";
        var phone = now.Text("phoneNumbers.value") ?? "";
        if (t.OwnChoices)
        {
            Check.Same("Mixed.Case@Corp.EXAMPLE", mail, "emails.value");
            Check.Same("+45 55 01 22 33", phone, "phoneNumbers.value");
        }
        // The RFC allows a canonical form; it must still be the same address and number.
        Check.That(mail.Equals("Mixed.Case@Corp.EXAMPLE", StringComparison.OrdinalIgnoreCase), $"emails.value came back as {mail}");
        Check.That(string.Concat(phone.Where(char.IsAsciiDigit)) == "4555012233", $"phoneNumbers.value came back as {phone}");
    }

    [Clause("7643-4.1-11", Needs = Feature.Groups, Uses = "groups")]
    public static async Task Groups_of_a_user_are_computed(Trial t)
    {
        var user = await t.NewUser();
        var inner = await t.NewGroup(user.Id);
        var outer = await t.NewGroup(inner.Id);
        var groups = (await t.Read(user.Path)).Items("groups");
        var direct = groups.FirstOrDefault(g => g.Text("value") == inner.Id);
        Check.That(direct is not null, "groups of a user must hold the group that it is a member of");
        Check.That(direct.Text("type") is null or "direct", "type of a direct membership");
        var indirect = groups.FirstOrDefault(g => g.Text("value") == outer.Id);
        if (t.OwnChoices)
        {
            Check.Same(inner.Name, direct.Text("display"), "groups.display");
            Check.Same("direct", direct.Text("type"), "groups.type");
            Check.Same("indirect", indirect.Text("type"), "groups.type of the outer group");
        }
        Check.That(indirect is null || indirect.Text("type") is null or "indirect", "type of an indirect membership");

        var foreign = await t.NewGroup();
        var posted = await t.NewUser($$"""{"groups":[{"value":"{{foreign.Id}}"}]}""");
        Check.That((await t.Read(posted.Path)).Items("groups").Count == 0, "groups in a POST must be ignored");
        if (t.Server.Lacks(Feature.Patch) is null)
            (await t.Patch(
                user.Path,
                $$"""{"op":"add","path":"groups","value":[{"value":"{{foreign.Id}}"}]}""")).IsError(400, "mutability");
    }

    // A whole certificate: a server may look into it.
    private const string Certificate =
        "MIIBbzCCARWgAwIBAgIUWbmeud8Ezj3z9e4n3kWi1nOwW1IwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBYTAgFw0yNjExMjMwOTQz" +
        "NTRaGA8yMTI2MTAzMDA5NDM1NFowDDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABL5pfMc6hAeAsRNO1IlU" +
        "fBj3n7r2WjF1bKEMGtO3qNsfQcp4GQrVpG7BTE/8ytdy0L5n4atpB0mZpxvWDnpNjYKjUzBRMB0GA1UdDgQWBBSagpzrjPaNksqz" +
        "oPupzaqqM63ENzAfBgNVHSMEGDAWgBSagpzrjPaNksqzoPupzaqqM63ENzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA" +
        "MEUCIQDQE4ZlhLquUPfW+78tg4YgRx1kw3slgPqPLRlpGfxcWwIgJdIgxauAfun/n5gGtMFWp9b5LbsGbYlh4a0iFtwQm50=";

    [Clause("7643-4.1-12", Uses = "x509Certificates.value")]
    public static async Task Certificates_are_base64(Trial t)
    {
        (await t.Post(t.Users, t.UserBody("""{"x509Certificates":[{"value":"%%% no certificate %%%"}]}"""))).IsError(400, "invalidValue");
        var made = await t.NewUser($$"""{"x509Certificates":[{"value":"{{Certificate}}"}]}""");
        Check.Same(Certificate, (await t.Read(made.Path)).Text("x509Certificates.value"), "the certificate");
    }

    /// <summary>Posts these members and reads the same back.</summary>
    internal static async Task<Made> Kept(Trial t, string members)
    {
        var user = await t.NewUser(members);
        var now = await t.Read(user.Path);
        foreach (var (name, expected) in Json.Object(members))
        {
            Check.That(
                Contains(now[name], expected),
                $"{name}: sent {expected?.ToJsonString(Json.Indented)}, read {now[name]?.ToJsonString(Json.Indented) ?? "nothing"}");
        }
        return user;
    }

    /// <summary>Every member that was sent is there; the server may have added some, such as display.</summary>
    internal static bool Contains(JsonNode? actual, JsonNode? expected) => (actual, expected) switch
    {
        (JsonObject a, JsonObject e) => e.All(m => Contains(a[m.Key], m.Value)),
        (JsonArray a, JsonArray e) => a.Count == e.Count && e.All(x => a.Any(y => Contains(y, x))),
        _ => JsonNode.DeepEquals(actual, expected),
    };
}
