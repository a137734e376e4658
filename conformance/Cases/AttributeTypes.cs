using System.Globalization;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part A: the eight data types (RFC 7643 §2.3).</summary>
internal static class AttributeTypes
{
    [Clause("7643-2.3.2-01", Uses = "active")]
    public static async Task Booleans_are_true_or_false(Trial t)
    {
        var user = await t.NewUser("""{"active":false}""");
        Check.That(Attributes.IsBoolean((await t.Read(user.Path))["active"]), "active must come back as a JSON boolean");
        (await t.Post(t.Users, t.UserBody("""{"active":"perhaps"}"""))).IsError(400, "invalidValue");

        foreach (var odd in new[] { "\"true\"", "1" })
        {
            var answer = await t.Post(t.Users, t.UserBody($$"""{"active":{{odd}}}"""));
            if (t.Strict)
                answer.IsError(400, "invalidValue");
            else if (answer.Is(201, 400).Status == 201)
                Check.That(answer.Body.Flag("active") == true, $"active posted as {odd} and accepted must come back as true");
        }
    }

    [Clause("7643-2.3.3-01", Needs = Feature.Filter)]
    public static async Task Decimals_compare_as_numbers(Trial t)
    {
        var (schema, name) = Writable(t, "decimal");
        var user = await With(t, schema, name, "9.5");
        var path = Path(schema, name);
        var scope = $"id eq {Json.Quote(user.Id)} and ";
        foreach (var (filter, total) in new[] { ("lt 10", 1), ("eq 9.50", 1), ("gt 9.49", 1), ("gt 10.0", 0) })
            Check.Same(total, (await t.Find(t.Users, $"{scope}{path} {filter}")).IsList().Total, $"{name} {filter} where it is 9.5");
    }

    [Clause("7643-2.3.4-01")]
    public static async Task Integers_are_whole_and_wide(Trial t)
    {
        var (schema, name) = Writable(t, "integer");
        var user = await With(t, schema, name, "9007199254740993");
        var text = (await t.Get(user.Path)).Is(200).Text;
        Check.That(
            text.Contains("9007199254740993", StringComparison.Ordinal),
            $"{name} must come back as 9007199254740993, without rounding");
        foreach (var wrong in new[] { "1.5", "\"12\"", "true" })
            (await t.Post(t.Users, Body(t, schema, name, wrong))).IsError(400, "invalidValue");
    }

    [Clause("7643-2.3.5-01", Needs = Feature.Filter)]
    public static async Task Dates_compare_by_instant(Trial t)
    {
        var user = await t.NewUser();
        var text = user.Body.Text("meta.created") ?? (await t.Read(user.Path)).Text("meta.created");
        Check.That(
            DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var created) && text!.Contains('T', StringComparison.Ordinal),
            "meta.created must be an xsd:dateTime");

        var scope = $"id eq {Json.Quote(user.Id)} and ";
        foreach (var offset in new[] { TimeSpan.FromHours(5.5), TimeSpan.FromHours(-8), TimeSpan.Zero })
        {
            var same = created.ToOffset(offset).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);
            var later = created.AddMinutes(1).ToOffset(offset).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);
            Check.Same(
                1,
                (await t.Find(t.Users, $"{scope}meta.created eq \"{same}\"")).IsList().Total,
                $"meta.created eq the same instant written {same}");
            Check.Same(
                1,
                (await t.Find(t.Users, $"{scope}meta.created lt \"{later}\"")).IsList().Total,
                $"meta.created lt one minute later, written {later}");
            Check.Same(
                0,
                (await t.Find(t.Users, $"{scope}meta.created gt \"{later}\"")).IsList().Total,
                $"meta.created gt one minute later, written {later}");
        }
        (await t.Find(t.Users, scope + "meta.created gt \"2026-01-05\"")).IsError(400, "invalidFilter", "invalidValue");
    }

    [Clause("7643-2.3.5-01/write", Title = "A dateTime without time is refused on write")]
    public static async Task Date_without_time_is_refused(Trial t)
    {
        var (schema, name) = Writable(t, "dateTime");
        await With(t, schema, name, "\"2026-01-05T10:00:00+01:00\"");
        (await t.Post(t.Users, Body(t, schema, name, "\"2026-01-05\""))).IsError(400, "invalidValue");
        (await t.Post(t.Users, Body(t, schema, name, "\"2026-02-30T10:00:00Z\""))).IsError(400, "invalidValue");
    }

    [Clause("7643-2.3.6-01", Uses = "x509Certificates.value")]
    public static async Task Binary_is_base64(Trial t)
    {
        (await t.Post(t.Users, t.UserBody("""{"x509Certificates":[{"value":"not base64 at all!"}]}"""))).IsError(400, "invalidValue");
        if (t.Server.Lacks(Feature.Filter) is null)
            (await t.Find(t.Users, "x509Certificates.value gt \"AAAA\"")).IsError(400, "invalidFilter");
    }

    [Clause("7643-2.3.7-01", Needs = Feature.Filter, Uses = "profileUrl")]
    public static async Task References_compare_with_letter_case(Trial t)
    {
        var people = await t.People();
        await t.Matches($"profileUrl eq \"https://conformance.example/{people.Tag}/Ann\"", "ann");
        await t.Matches($"profileUrl eq \"https://conformance.example/{people.Tag}/ANN\"");
    }

    [Clause("7643-2.3.7-01/relative", Title = "A relative $ref resolves against the base URL", Needs = Feature.Groups)]
    public static async Task Published_references_resolve(Trial t)
    {
        var user = await t.NewUser();
        var group = await t.NewGroup(user.Id);
        var reference = (await t.Read(group.Path)).Text("members.$ref");
        if (reference is null)
        {
            if (t.OwnChoices)
                Check.That(false, "members.$ref must be there");
            Trial.NotTested("the server gives members without $ref");
        }
        var url = new Uri(new Uri(t.Settings.Url + "/"), reference).AbsoluteUri;
        Check.Same(user.Id, (await t.Get(url)).Is(200).Body.Text("id"), $"id of the resource that {reference} resolves to");
        if (t.OwnChoices)
            Check.Same(t.Absolute(user.Path), reference, "members.$ref, absolute");
    }

    [Clause("7643-2.3.7-02", Needs = Feature.Groups)]
    public static async Task Reference_to_nothing(Trial t)
    {
        var nobody = Trial.NoId;
        var answer = await t.Post(t.Groups, t.GroupBody(nobody));
        if (t.OwnChoices)
        {
            answer.IsError(400, "invalidValue");
            Check.That(answer.Text.Contains(nobody, StringComparison.Ordinal), "the error must name the id that is unknown");
        }
        else if (!answer.Succeeded)
        {
            answer.IsRefused();
        }
    }

    [Clause("7643-2.4-05", Needs = Feature.Groups)]
    public static async Task Reference_with_and_without_version(Trial t)
    {
        var root = VersionSegment.Root(t.Settings.Url);
        if (root is null)
            Trial.NotTested("the base URL has no version segment to leave out");
        var user = await t.NewUser();
        var body = t.GroupBody(user.Id);
        body["members"]![0]!["$ref"] = root + user.Path;
        var group = (await t.Post(t.Groups, body)).Is(201).Body;
        Check.SameSet([user.Id], group.Texts("members", "value"), "members of a group posted with a $ref without version segment");
    }

    private static (string Schema, string Name) Writable(Trial t, string type)
    {
        if (t.Server.WritableOf(type) is not { } found)
        {
            Trial.NotTested($"no schema of the User resource type has a writable {type} attribute");
            return default;
        }
        return found;
    }

    private static string Path(string schema, string name) => schema == Urn.User ? name : schema + ":" + name;

    private static Task<Made> With(Trial t, string schema, string name, string value) => t.NewUser(Text(schema, name, value));

    private static System.Text.Json.Nodes.JsonObject Body(Trial t, string schema, string name, string value)
    {
        var body = t.UserBody(Text(schema, name, value));
        if (schema != Urn.User && schema != Urn.Enterprise)
            body["schemas"]!.AsArray().Add(schema);
        return body;
    }

    private static string Text(string schema, string name, string value) =>
        schema == Urn.User ? $$"""{"{{name}}":{{value}}}""" : $$"""{"{{schema}}":{"{{name}}":{{value}} } }""";
}

/// <summary>Base URLs such as https://host/scim/v2, whose last segment is a version.</summary>
internal static class VersionSegment
{
    /// <summary>The base URL without its version segment, or null when it has none.</summary>
    public static string? Root(string url)
    {
        var slash = url.LastIndexOf('/');
        var last = url[(slash + 1)..];
        return last.Length >= 2 && last[0] is 'v' or 'V' && last[1..].All(char.IsAsciiDigit) ? url[..slash] : null;
    }
}
