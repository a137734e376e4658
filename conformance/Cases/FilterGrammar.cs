using System.Globalization;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part G1: the grammar of filters (RFC 7644 §3.4.2.2).</summary>
internal static class FilterGrammar
{
    [Clause("7644-3.4.2.2-01")]
    public static async Task Filter_works_or_is_refused(Trial t)
    {
        var user = await t.NewUser();
        var answer = await t.Find(t.Users, $"userName eq {Json.Quote(user.Name)}");
        if (t.Server.Lacks(Feature.Filter) is { } reason)
        {
            answer.Is(400, 403, 501);
            Trial.NotSupported(reason);
        }
        Check.SameSet([user.Id], answer.IsList().Ids, "users found by userName");
    }

    [Clause("7644-3.4.2.2-02", Needs = Feature.Filter, Uses = "title,emails.type")]
    public static async Task Forms_of_the_grammar(Trial t)
    {
        var people = await t.People();
        var tag = people.Tag;
        await t.Matches($"displayName eq \"{tag} Cid\"", "cid");
        await t.Matches($"title pr and displayName sw \"{tag}\"", "ann", "bob", "dee");
        await t.Matches($"(displayName eq \"{tag} Cid\")", "cid");
        await t.Matches($"name.familyName eq \"{tag}Carl\"", "bob");
        await t.Matches($"emails[type eq \"home\" and value ew \"{tag}.gamma.example\"]", "cid");
        await t.Matches($"not (title pr) and userName sw \"{tag}\"", "cid", "eve");
        await t.Matches($"active eq false and userName sw \"{tag}\"", "bob");
    }

    [Clause("7644-3.4.2.2-03", Needs = Feature.Filter, Uses = "title")]
    public static async Task All_operators_in_any_case(Trial t)
    {
        var tag = (await t.People()).Tag;
        foreach (var (filter, keys) in new[]
        {
            ($"displayName {{0}} \"{tag} Ann\"|eq", "ann"), ($"displayName {{0}} \"{tag} A\"|sw", "ann"), ($"displayName {{0}} \"{tag} Cid\"|ew", "cid"),
            ($"displayName {{0}} \"{tag} bo\"|co", "bob"), ("title {0}|pr", "ann bob dee"), ($"displayName {{0}} \"{tag} Ann\"|ne", "bob cid dee eve"),
            ($"title {{0}} \"{tag} Zoo\"|ge", "dee"), ($"title {{0}} \"{tag} Engineer\"|le", "ann"), ($"title {{0}} \"{tag} Engineer\"|gt", "bob dee"),
            ($"title {{0}} \"{tag} Zoo\"|lt", "ann bob"),
        })
        {
            var parts = filter.Split('|');
            foreach (var form in new[] { parts[1], parts[1].ToUpperInvariant(), char.ToUpperInvariant(parts[1][0]) + parts[1][1..] })
            {
                var text = string.Format(CultureInfo.InvariantCulture, parts[0], form);
                await t.Matches($"userName sw \"{tag}\" AND {text}", keys.Split(' '));
            }
        }
        await t.Matches($"userName sw \"{tag}\" and NOT (title pr Or active EQ false)", "cid", "eve");
    }

    [Clause("7644-3.4.2.2-04", Needs = Feature.Filter)]
    public static async Task Broken_filters(Trial t)
    {
        foreach (var filter in new[]
        {
            "userName", "userName eq", "eq \"x\"", "(userName eq \"x\"", "userName eq \"x\")", "emails[type eq \"work\"", "emails type eq \"work\"]", "userName eq \"x\" and",
            "and userName eq \"x\"", "userName eq \"x\" userName eq \"y\"", "userName eq 'x'", "userName eq \"x", "userName eq \"\\q\"", "()", "not", "not ()", "emails[]",
            "userName eq \"x\" or or userName eq \"y\"", "userName pr \"x\"", "not userName eq \"x\"", "[type eq \"work\"]", "userName eq {}", "userName..x eq \"y\"",
        })
            (await t.Find(t.Users, filter)).IsError(400, "invalidFilter");
        var empty = await t.Get(t.Users + "?filter=");
        if (t.OwnChoices)
            empty.IsError(400, "invalidFilter");
        else
            empty.Is(200, 400);
    }

    [Clause("7644-3.4.2.2-05", Needs = Feature.Filter)]
    public static async Task Unknown_operator(Trial t)
    {
        foreach (var word in new[] { "like", "regex", "=", "equals", "xor" })
        {
            var answer = (await t.Find(t.Users, $"userName {word} \"x\"")).IsError(400, "invalidFilter");
            if (t.OwnChoices)
                Check.That(
                    answer.Body.Text("detail")?.Contains(word, StringComparison.Ordinal) == true,
                    $"the detail must name the operator {word}");
        }
        (await t.Find(t.Users, "userName eq \"x\" xor userName eq \"y\"")).IsError(400, "invalidFilter");
    }

    [Clause("7644-3.4.2.2-06", Needs = Feature.Filter, Uses = "title")]
    public static async Task Precedence(Trial t)
    {
        var tag = (await t.People()).Tag;
        var (ann, bob, dee) = ($"displayName eq \"{tag} Ann\"", $"displayName eq \"{tag} bob\"", $"title eq \"{tag} Zoo\"");
        await t.Matches($"{ann} or {bob} and {dee}", "ann");
        await t.Matches($"({ann} or {bob}) and {dee}");
        await t.Matches($"{bob} and {dee} or {ann}", "ann");
        await t.Matches($"not ({ann}) and {ann}");
        await t.Matches($"not ({ann}) and {bob}", "bob");
        await t.Matches($"userName sw \"{tag}\" and not ({ann} or {bob})", "cid", "dee", "eve");
        await t.Matches($"not ({ann}) and userName sw \"{tag}\" and not ({bob})", "cid", "dee", "eve");
        await t.Matches($"{ann} and title pr or {bob} and title pr", "ann", "bob");
    }

    [Clause("7644-3.4.2.2-11", Needs = Feature.Filter)]
    public static async Task Operand_must_fit(Trial t)
    {
        var people = await t.People();
        foreach (var filter in new[] { "meta.created gt \"yesterday\"", "meta.lastModified eq \"2026-13-45T00:00:00Z\"" })
            (await t.Find(t.Users, filter)).IsError(400, "invalidFilter", "invalidValue");
        // Entra ID leaves the quotes out, so that a bare word or number is a text in its dialect.
        string[] bare = t.Settings.Profile is Profile.Strict or Profile.Okta ? ["userName eq true", "userName eq 17"] : [];
        foreach (var filter in bare.Concat(["active eq \"perhaps\"", "active eq 7"]))
        {
            var answer = await t.Find(t.Users, filter);
            if (t.OwnChoices)
                answer.IsError(400, "invalidFilter");
            else
                answer.Is(200, 400);
        }
        if (t.OwnChoices)
        {
            await t.Matches($"active eq \"False\" and userName sw \"{people.Tag}\"", "bob");
            await t.Matches($"active eq \"false\" and userName sw \"{people.Tag}\"", "bob");
        }
    }

    [Clause("7644-3.4.2.2-18", Needs = Feature.Filter)]
    public static async Task Spaces(Trial t)
    {
        var tag = (await t.People()).Tag;
        await t.Matches($"  displayName   eq   \"{tag} Cid\"  ", "cid");
        await t.Matches($"( displayName eq \"{tag} Cid\" )", "cid");
        await t.Matches($"userName sw \"{tag}\" and not (displayName co \"{tag}\")");
        await t.Matches($"userName sw \"{tag}\" and not(displayName eq \"{tag} Cid\")", "ann", "bob", "dee", "eve");
    }

    [Clause("7644-3.4.2.2-19", Needs = Feature.Filter)]
    public static async Task Qualified_names(Trial t)
    {
        var people = await t.People();
        await t.Matches($"{Urn.User}:userName eq {Json.Quote(people["ann"].Name)}", "ann");
        await t.Matches($"{Urn.User}:name.familyName eq \"{people.Tag}Carl\"", "bob");
        await t.Matches($"{Urn.User.ToUpperInvariant()}:userName eq {Json.Quote(people["ann"].Name)}", "ann");
    }

    [Clause("7644-3.4.2.2-19/extension", Title = "Fully qualified names of an extension", Needs = Feature.Filter | Feature.Enterprise)]
    public static async Task Qualified_names_of_an_extension(Trial t)
    {
        var people = await t.People();
        await t.Matches($"{Urn.Enterprise}:department eq \"{people.Tag} Sales\"", "bob");
        await t.Matches($"{Urn.Enterprise}:manager.value eq \"{people["ann"].Id}\"", "dee");
        await t.Matches($"{Urn.Enterprise.ToLowerInvariant()}:DEPARTMENT sw \"{people.Tag} R\"", "ann");
        await t.Matches($"userName sw \"{people.Tag}\" and not ({Urn.Enterprise}:department pr)", "cid", "dee", "eve");
    }

    [Clause("7644-3.4.2.2-22", Needs = Feature.Filter)]
    public static async Task Unknown_attribute(Trial t)
    {
        foreach (var filter in new[] { "noSuchAttribute eq \"x\"", "name.noSuchPart eq \"x\"", "urn:example:none:1.0:None:thing eq \"x\"" })
        {
            var answer = await t.Find(t.Users, filter);
            if (t.OwnChoices)
                answer.IsError(400, "invalidFilter");
            if (answer.Is(200, 400).Status == 200)
                Check.Same(0, answer.IsList().Total, $"users found by {filter}");
        }
    }

    [Clause("7644-3.4.2.2-24", Needs = Feature.Filter)]
    public static async Task Huge_filters(Trial t)
    {
        var terms = string.Join(
            " or ",
            Enumerable.Range(0, 5000).Select(i => string.Create(CultureInfo.InvariantCulture, $"userName eq \"x{i}\"")));
        await Refused(t, terms);
        await Refused(t, new string('(', 10000) + "userName pr" + new string(')', 10000));
        await Refused(t, new string('(', 200000));
        await Refused(t, string.Concat(Enumerable.Repeat("not (", 10000)) + "userName pr" + new string(')', 10000));
        var two = await t.Find(t.Users, "userName eq \"a\" or ((userName eq \"b\"))");
        Check.Same(0, two.IsList().Total, "a filter of two terms still works");
    }

    [Clause("7644-3.4.2.2-25", Needs = Feature.Filter)]
    public static async Task Encodings(Trial t)
    {
        var people = await t.People();
        var name = Uri.EscapeDataString(people["cid"].Name);
        foreach (var query in new[] { $"userName%20eq%20%22{name}%22", $"userName+eq+%22{name}%22", $"userName%20eq%20\"{name}\"" })
            Check.SameSet([people["cid"].Id], (await t.Get($"{t.Users}?filter={query}")).IsList().Ids, $"users found by {query}");
        await t.Matches($"displayName eq \"{people.Tag} \\\"Dee\\\" \\\\ Ünal\"", "dee");
        await t.Matches($"displayName eq \"{people.Tag} \\u0022Dee\\u0022 \\u005c \\u00dcnal\"", "dee");
        var created = CommonAttributes.Instant(people["ann"].Body.Text("meta.created"), "meta.created").ToOffset(TimeSpan.FromHours(1));
        await t.Matches(
            $"displayName eq \"{people.Tag} Ann\" and meta.created eq \"{created.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)}\"",
            "ann");
    }

    /// <summary>A hostile filter gets a refusal in bounded time, by POST and, when it fits, in a URL.</summary>
    internal static async Task Refused(Trial t, string filter)
    {
        var answer = await t.Search(t.Users, $$"""{"filter":{{Json.Quote(filter)}}}""");
        if (answer.Status == 501)
            answer = await t.Find(t.Users, filter);
        if (!answer.Refused)
            throw answer.Failed("a 4xx refusal");
        if (answer.Status == 400)
            answer.IsError(400, "invalidFilter", "tooMany");
        Check.That(
            answer.Took < TimeSpan.FromSeconds(10),
            string.Create(CultureInfo.InvariantCulture, $"the refusal took {answer.Took.TotalSeconds:0.0} s"));
    }
}
