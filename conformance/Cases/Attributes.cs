using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part A: names, characteristics and multi-valued attributes (RFC 7643 §2).</summary>
internal static partial class Attributes
{
    [Clause("7643-2.1-01")]
    public static async Task Names_in_any_letter_case_in_a_body(Trial t)
    {
        var body = t.UserBody();
        var name = body["userName"]!.GetValue<string>();
        body.Remove("userName");
        body["USERNAME"] = name;
        body["DisplayNAME"] = "Any Case";
        var made = (await t.Post(t.Users, body)).Is(201).Body;
        Check.Same(name, made.Text("userName"), "userName of a user posted with USERNAME");
        Check.Same("Any Case", made.Text("displayName"), "displayName of a user posted with DisplayNAME");
        Check.That(!made.Has("USERNAME") && !made.Has("DisplayNAME"), "the answer must use the schema's spelling of attribute names");
    }

    [Clause("7643-2.1-01/query", Title = "Attribute names in any letter case in filters, projections and sortBy", Needs = Feature.Filter)]
    public static async Task Names_in_any_letter_case_in_a_query(Trial t)
    {
        var user = await t.NewUser();
        var found = (await t.List(
            t.Users, ("filter", $"USERname eq {Json.Quote(user.Name)}"), ("attributes", "USERNAME"), ("sortBy", "USERNAME"))).IsList();
        Check.SameSet([user.Id], found.Ids, "users found by USERname");
        Check.Same(user.Name, found.Resources[0].Text("userName"), "userName projected by attributes=USERNAME");
    }

    [Clause("7643-2.1-01/patch", Title = "Attribute names in any letter case in PATCH paths and values", Needs = Feature.Patch)]
    public static async Task Names_in_any_letter_case_in_a_patch(Trial t)
    {
        var user = await t.NewUser("""{"name":{"givenName":"Old","familyName":"Name"} }""");
        (await t.Patch(
            user.Path,
            """{"op":"replace","path":"NAME.givenname","value":"New"}""",
            """{"op":"add","value":{"DISPLAYNAME":"Patched"} }""")).Is(200, 204);
        var now = await t.Read(user.Path);
        Check.Same("New", now.Text("name.givenName"), "name.givenName after a PATCH of NAME.givenname");
        Check.Same("Patched", now.Text("displayName"), "displayName after a PATCH with the key DISPLAYNAME");
    }

    [Clause("7643-2.1-02")]
    public static Task Published_names_follow_the_grammar(Trial t)
    {
        foreach (var (schema, name, _) in Published(t))
            Check.That(Grammar().IsMatch(name), $"{schema} publishes the attribute name \"{name}\", which the grammar does not allow");
        return Task.CompletedTask;
    }

    [Clause("7643-2.1-03")]
    public static async Task Keys_that_differ_by_case(Trial t)
    {
        var name = t.UserName();
        var answer = await t.Post(t.Users, $$"""{"schemas":["{{Urn.User}}"],"userName":"{{name}}","UserName":"{{t.UserName()}}"}""");
        if (t.OwnChoices)
            answer.IsError(400, "invalidSyntax");
        else
            answer.Is(201, 400);
    }

    [Clause("7643-2.2-01")]
    public static Task Omitted_characteristics_have_their_defaults(Trial t)
    {
        var attribute = t.Server.Attribute(Urn.User, "nickName");
        if (attribute is null)
            Trial.NotTested("the published User schema has no nickName to read the defaults from");
        // nickName is defined with the defaults throughout: what is published must equal them, what is omitted means them.
        Check.That(attribute.Text("type") is null or "string", "nickName: type must be string");
        Check.That(attribute.Flag("multiValued") is null or false, "nickName: multiValued must be false");
        Check.That(attribute.Flag("required") is null or false, "nickName: required must be false");
        Check.That(attribute.Flag("caseExact") is null or false, "nickName: caseExact must be false");
        Check.That(attribute.Text("mutability") is null or "readWrite", "nickName: mutability must be readWrite");
        Check.That(attribute.Text("returned") is null or "default", "nickName: returned must be default");
        Check.That(attribute.Text("uniqueness") is null or "none", "nickName: uniqueness must be none");
        return Task.CompletedTask;
    }

    [Clause("7643-2.3.1-01", Uses = "emails.type")]
    public static async Task Unknown_canonical_value(Trial t)
    {
        var answer = await t.Post(t.Users, t.UserBody("""{"emails":[{"value":"summer@house.example","type":"summerhouse"}]}"""));
        if (t.OwnChoices)
            answer.Is(201);
        if (answer.Is(201, 400).Status == 201)
            Check.Same("summerhouse", answer.Body.Text("emails.type"), "the type label, stored as sent");
        else
            answer.IsError(400, "invalidValue");
    }

    [Clause("7643-2.3.8-01")]
    public static Task No_complex_within_complex(Trial t)
    {
        if (t.Server.Schemas.Count == 0)
            Trial.NotTested("the server publishes no schemas to look at");
        foreach (var (urn, schema) in t.Server.Schemas)
        {
            if (urn.Equals(Urn.Schema, StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (var attribute in schema.Items("attributes"))
            {
                Check.That(
                    attribute.Items("subAttributes").All(s => s.Text("type") != "complex"),
                    $"{urn}: {attribute.Text("name")} has a complex sub-attribute");
            }
        }
        return Task.CompletedTask;
    }

    [Clause("7643-2.3.8-02")]
    public static async Task Order_of_members_does_not_matter(Trial t)
    {
        var plain = t.UserBody("""{"displayName":"Last Things Last"}""");
        var turned = new JsonObject();
        foreach (var (name, value) in plain.Reverse())
            turned[name] = value?.DeepClone();
        var made = (await t.Post(t.Users, turned)).Is(201).Body;
        Check.Same("Last Things Last", made.Text("displayName"), "displayName of a user whose schemas stood last");
    }

    [Clause("7643-2.4-01", Uses = "emails")]
    public static async Task Many_values_are_arrays(Trial t)
    {
        var user = await t.NewUser("""{"emails":[{"value":"one@array.example","type":"work"}]}""");
        var now = await t.Read(user.Path);
        Check.That(now["emails"] is JsonArray { Count: 1 }, "emails with one value must be an array of one");
        Check.That(now["schemas"] is JsonArray, "schemas must be an array");
    }

    [Clause("7643-2.4-02", Uses = "emails.primary")]
    public static async Task At_most_one_primary(Trial t)
    {
        var answer = await t.Post(t.Users, t.UserBody(
            """{"emails":[{"value":"a@two.example","type":"work","primary":true},{"value":"b@two.example","type":"home","primary":true}]}"""));
        if (t.OwnChoices && t.Strict)
            answer.IsError(400, "invalidValue");
        if (answer.Is(201, 400).Status == 400)
            return;
        var stored = answer.Body.Items("emails");
        Check.That(
            stored.Count(e => e.Flag("primary") == true) <= 1,
            "two primary mail addresses were stored; the answer may show one at most");
        if (t.OwnChoices)
            Check.That(
                stored.Any(e => e.Text("value") == "b@two.example" && e.Flag("primary") == true),
                "of two primary values the last must be kept");
    }

    [Clause("7643-2.4-03", Needs = Feature.Filter, Uses = "emails.primary")]
    public static async Task Absent_primary_is_false(Trial t)
    {
        var tag = t.Name();
        var user = await t.NewUser($$"""{"emails":[{"value":"a@{{tag}}.example","type":"work"}]}""");
        var scope = $"userName eq {Json.Quote(user.Name)} and ";
        Check.Same(
            1,
            (await t.Find(t.Users, scope + "emails[primary eq false]")).IsList().Total,
            "emails[primary eq false] on a value without primary");
        Check.Same(
            0,
            (await t.Find(t.Users, scope + "emails[primary eq true]")).IsList().Total,
            "emails[primary eq true] on a value without primary");
    }

    [Clause("7643-2.4-04", Uses = "emails.type")]
    public static async Task Same_value_and_type_once(Trial t)
    {
        var user = await t.NewUser(
            """{"emails":[{"value":"twin@pair.example","type":"work"},{"value":"twin@pair.example","type":"work"},{"value":"twin@pair.example","type":"home"}]}""");
        var pairs = (await t.Read(user.Path)).Items("emails").Select(e => e.Text("type") + " " + e.Text("value")).ToList();
        Check.SameSet(["work twin@pair.example", "home twin@pair.example"], pairs, "type and value pairs of emails");
    }

    [Clause("7643-2.4-06", Needs = Feature.Patch, Uses = "emails.display")]
    public static async Task Published_mutability_of_display_is_enforced(Trial t)
    {
        var published = t.Server.Attribute(Urn.User, "emails.display")?.Text("mutability") ?? "readWrite";
        var user = await t.NewUser("""{"emails":[{"value":"d@display.example","type":"work","display":"First"}]}""");
        var answer = await t.Patch(user.Path, """{"op":"replace","path":"emails[type eq \"work\"].display","value":"Second"}""");
        if (published is "immutable" or "readOnly")
        {
            answer.IsError(400, "mutability");
            return;
        }
        answer.Is(200, 204);
        Check.Same(
            "Second",
            (await t.Read(user.Path)).Text("emails.display"),
            $"emails.display, published as {published}, after a replace");
    }

    [Clause("7643-2.5-01", Uses = "title,nickName,emails")]
    public static async Task Null_and_empty_are_unassigned(Trial t)
    {
        var user = await t.NewUser("""{"title":null,"phoneNumbers":[],"nickName":"There"}""");
        var now = await t.Read(user.Path);
        Check.That(now["title"] is null, "title posted as null must have no value");
        Check.That(now["phoneNumbers"] is null or JsonArray { Count: 0 }, "phoneNumbers posted as [] must have no value");
        if (t.Server.Lacks(Feature.Filter) is not null)
            return;
        var scope = $"id eq {Json.Quote(user.Id)} and ";
        Check.Same(0, (await t.Find(t.Users, scope + "title pr")).IsList().Total, "title pr where title was posted as null");
        Check.Same(0, (await t.Find(t.Users, scope + "phoneNumbers pr")).IsList().Total, "phoneNumbers pr where it was posted as []");
        Check.Same(1, (await t.Find(t.Users, scope + "nickName pr")).IsList().Total, "nickName pr where it has a value");
    }

    /// <summary>All published attributes and sub-attributes.</summary>
    internal static IEnumerable<(string Schema, string Name, JsonObject Definition)> Published(Trial t)
    {
        if (t.Server.Schemas.Count == 0)
            Trial.NotTested("the server publishes no schemas to look at");
        foreach (var (urn, schema) in t.Server.Schemas)
        {
            foreach (var attribute in schema.Items("attributes"))
            {
                yield return (urn, attribute.Text("name") ?? "", attribute);
                foreach (var sub in attribute.Items("subAttributes"))
                    yield return (urn, sub.Text("name") ?? "", sub);
            }
        }
    }

    internal static bool IsBoolean(JsonNode? node) => node is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False;

    [GeneratedRegex(@"^\$?[A-Za-z][A-Za-z0-9$_-]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Grammar();
}
