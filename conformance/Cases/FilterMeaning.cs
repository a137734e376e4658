using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part G1: what filters mean (RFC 7644 §3.4.2.2).</summary>
internal static class FilterMeaning
{
    [Clause("7644-3.4.2.2-07", Needs = Feature.Filter)]
    public static async Task Letter_case(Trial t)
    {
        var people = await t.People();
        await t.Matches($"userName eq {Json.Quote(people["ann"].Name.ToUpperInvariant())}", "ann");
        await t.Matches($"displayName eq \"{people.Tag.ToUpperInvariant()} CID\"", "cid");
        await t.Matches($"externalId eq \"{people.Tag}-Ext-A\"", "ann");
        await t.Matches($"externalId eq \"{people.Tag}-EXT-A\"");
        await t.Matches($"externalId sw \"{people.Tag}-ext\"", "bob");
        await t.Matches($"id eq \"{people["ann"].Id}\"", "ann");
        var turned = people["ann"].Id.ToUpperInvariant();
        if (turned != people["ann"].Id)
            await t.Matches($"id eq \"{turned}\"");
    }

    [Clause("7644-3.4.2.2-08", Needs = Feature.Filter)]
    public static async Task UserName_is_compared_prepared(Trial t)
    {
        var tag = t.Name();
        var user = await t.NewUser(userName: $"{tag}-ren\u00e9e@{t.Settings.UserDomain}");
        foreach (var form in new[] { $"{tag}-rene\u0301e", $"{tag}-REN\u00c9E", $"{tag}-ｒenée" })
            Check.SameSet(
                [user.Id],
                (await t.Find(t.Users, $"userName eq \"{form}@{t.Settings.UserDomain}\"")).IsList().Ids,
                $"users found by {form}");
        var other = await t.NewUser(userName: $"{tag}-IRIS@{t.Settings.UserDomain}");
        Check.SameSet(
            [other.Id],
            (await t.Find(t.Users, $"userName eq \"{tag}-iris@{t.Settings.UserDomain}\"")).IsList().Ids,
            "users found by iris, written IRIS");
    }

    [Clause("7644-3.4.2.2-09", Needs = Feature.Filter)]
    public static async Task Parts_of_strings(Trial t)
    {
        var people = await t.People();
        var tag = people.Tag;
        foreach (var op in new[] { "co", "sw", "ew", "eq" })
            await t.Matches($"displayName {op} \"{tag} Cid\"", "cid");
        await t.Matches($"displayName sw \"{tag} C\"", "cid");
        await t.Matches($"displayName sw \"{tag} iD\"");
        await t.Matches($"displayName co \"{tag[1..]} B\"", "bob");
        await t.Matches($"displayName ew \"id\" and userName sw \"{tag}\"", "cid");
        await t.Matches($"title co \"\" and userName sw \"{tag}\"", "ann", "bob", "dee");
        foreach (var filter in new[] { "active co \"t\"", "meta.created sw \"20\"" })
            (await t.Find(t.Users, filter)).Is(t.OwnChoices ? [400] : [200, 400]);
    }

    [Clause("7644-3.4.2.2-10", Needs = Feature.Filter, Uses = "title")]
    public static async Task Ordering(Trial t)
    {
        var people = await t.People();
        var scope = $"userName sw \"{people.Tag}\" and ";
        await t.Matches($"{scope}title gt \"{people.Tag} engineer\"", "bob", "dee");
        await t.Matches($"{scope}title ge \"{people.Tag} engineer\"", "ann", "bob", "dee");
        await t.Matches($"{scope}title lt \"{people.Tag} zoo\"", "ann", "bob");
        await t.Matches($"{scope}title le \"{people.Tag} ZOO\"", "ann", "bob", "dee");
        await t.Matches($"{scope}meta.created gt \"2001-01-01T00:00:00Z\"", "ann", "bob", "cid", "dee", "eve");
        await t.Matches($"{scope}meta.created lt \"2001-01-01T00:00:00Z\"");
        (await t.Find(t.Users, "active gt true")).IsError(400, "invalidFilter");
        (await t.Find(t.Users, "name gt \"a\"")).IsError(400, "invalidFilter");
    }

    [Clause("7644-3.4.2.2-12", Needs = Feature.Filter, Uses = "title")]
    public static async Task Null(Trial t)
    {
        var tag = (await t.People()).Tag;
        await t.Matches($"title eq null and userName sw \"{tag}\"", "cid", "eve");
        await t.Matches($"title ne null and userName sw \"{tag}\"", "ann", "bob", "dee");
        (await t.Find(t.Users, "title gt null")).Is(t.OwnChoices ? [400] : [200, 400]);
        (await t.Find(t.Users, "title co null")).Is(t.OwnChoices ? [400] : [200, 400]);
    }

    [Clause("7644-3.4.2.2-13", Needs = Feature.Filter, Uses = "title,nickName,emails")]
    public static async Task Presence(Trial t)
    {
        var tag = (await t.People()).Tag;
        await t.Matches($"title pr and userName sw \"{tag}\"", "ann", "bob", "dee");
        await t.Matches($"emails pr and userName sw \"{tag}\"", "ann", "bob", "cid", "dee");
        await t.Matches($"name pr and userName sw \"{tag}\"", "ann", "bob", "cid");
        await t.Matches($"name.givenName pr and userName sw \"{tag}\"", "ann", "bob", "cid");
        var blank = await t.Post(t.Users, t.UserBody("""{"nickName":""}"""));
        if (blank.Succeeded)
            Check.Same(
                0,
                (await t.Find(t.Users, $"id eq {Json.Quote(blank.Body.Text("id")!)} and nickName pr")).IsList().Total,
                "nickName pr where it is empty");
    }

    [Clause("7644-3.4.2.2-14", Needs = Feature.Filter, Uses = "title,emails.type")]
    public static async Task Not_equal(Trial t)
    {
        var tag = (await t.People()).Tag;
        await t.Matches($"displayName ne \"{tag} Ann\" and userName sw \"{tag}\"", "bob", "cid", "dee", "eve");
        await t.Matches($"not (emails.type eq \"home\") and userName sw \"{tag}\"", "dee", "eve");
        if (!t.OwnChoices)
            return;
        await t.Matches($"title ne \"{tag} Zoo\" and userName sw \"{tag}\"", "ann", "bob", "cid", "eve");
        await t.Matches($"emails[type ne \"home\"] and userName sw \"{tag}\"", "ann", "bob", "dee");
    }

    [Clause("7644-3.4.2.2-15", Needs = Feature.Filter, Uses = "emails.type")]
    public static async Task One_value_of_many(Trial t)
    {
        var tag = (await t.People()).Tag;
        await t.Matches($"emails.value ew \"{tag}.alpha.example\"", "ann", "bob", "dee");
        await t.Matches($"emails.type eq \"work\" and emails.value ew \"{tag}.alpha.example\"", "ann", "bob", "dee");
        await t.Matches($"emails[type eq \"work\" and value ew \"{tag}.alpha.example\"]", "ann", "dee");
    }

    [Clause("7644-3.4.2.2-16", Needs = Feature.Filter, Uses = "emails")]
    public static async Task Complex_attributes(Trial t)
    {
        var people = await t.People();
        await t.Matches($"emails co \"{people.Tag}.gamma\"", "cid");
        await t.Matches($"emails eq \"cid@{people.Tag}.gamma.example\"", "cid");
        (await t.Find(t.Users, "name eq \"x\"")).IsError(400, "invalidFilter");
    }

    [Clause(
        "7644-3.4.2.2-16/members",
        Title = "members and manager may be named bare in a filter",
        Needs = Feature.Filter | Feature.Groups)]
    public static async Task Members_named_bare(Trial t)
    {
        var user = await t.NewUser();
        var group = await t.NewGroup(user.Id);
        await t.NewGroup();
        Check.SameSet([group.Id], (await t.Find(t.Groups, $"members eq \"{user.Id}\"")).IsList().Ids, "groups found by members eq");
        Check.SameSet(
            [group.Id],
            (await t.Find(t.Groups, $"id eq \"{group.Id}\" and members eq \"{user.Id}\"")).IsList().Ids,
            "groups found by id and members");
        if (t.OwnChoices && t.Server.Lacks(Feature.Enterprise) is null)
        {
            var people = await t.People();
            await t.Matches($"{Urn.Enterprise}:manager eq \"{people["ann"].Id}\"", "dee");
        }
    }

    [Clause("7644-3.4.2.2-17", Needs = Feature.Filter, Uses = "emails.type,emails.primary")]
    public static async Task Value_paths(Trial t)
    {
        var tag = (await t.People()).Tag;
        var mine = $"value co \"@{tag}.\"";
        await t.Matches($"emails[{mine} and (type eq \"other\" or primary eq true)]", "ann", "bob", "cid", "dee");
        await t.Matches($"emails[{mine} and not (type eq \"work\") and primary eq true]", "bob", "cid");
        await t.Matches($"emails[{mine} and type eq \"other\" or value eq \"cid@{tag}.gamma.example\"]", "cid", "dee");
        await t.Matches($"userName sw \"{tag}\" and not (emails[type eq \"work\"])", "cid", "eve");
        await t.Matches($"emails[type eq \"work\" and {mine}] and emails[type eq \"home\" and {mine}]", "ann", "bob");
        var foreign = await t.Find(t.Users, "emails[userName eq \"x\"]");
        if (t.OwnChoices)
            foreign.IsError(400, "invalidFilter");
        else if (foreign.Is(200, 400).Status == 200)
            Check.Same(0, foreign.IsList().Total, "users found by a name that emails does not have");
    }

    [Clause("7644-3.4.2.2-20", Needs = Feature.Filter)]
    public static async Task Defaulted_value_is_seen(Trial t)
    {
        var body = t.UserBody();
        body.Remove("active");
        var user = (await t.Post(t.Users, body)).Is(201).Body;
        if (user.Flag("active") is not { } shown)
        {
            Trial.NotSupported("the server gives active no default");
            return;
        }
        foreach (var value in new[] { true, false })
        {
            var filter = $"id eq {Json.Quote(user.Text("id")!)} and active eq {(value ? "true" : "false")}";
            Check.Same(
                value == shown ? 1 : 0,
                (await t.Find(t.Users, filter)).IsList().Total,
                $"users found by active eq {value} where {shown} was shown");
        }
    }

    [Clause("7644-3.4.2.2-21", Needs = Feature.Filter | Feature.Enterprise)]
    public static async Task Filter_by_schemas(Trial t)
    {
        var people = await t.People();
        var answer = await t.Find(t.Users, people.Within($"schemas eq \"{Urn.Enterprise}\""));
        if (!t.OwnChoices && !answer.Is(200, 400, 501).Succeeded)
            Trial.NotSupported("the server does not filter by schemas");
        await t.Matches($"schemas eq \"{Urn.Enterprise}\" and userName sw \"{people.Tag}\"", "ann", "bob", "dee");
    }

    [Clause("7644-3.4.2.2-23", Needs = Feature.Filter, Uses = "password")]
    public static async Task Never_returned_is_not_filtered(Trial t)
    {
        var user = await t.NewUser("""{"password":"Conformance-Pa55word-8!"}""");
        var answer = await t.Search(t.Users, $$"""{"filter":"id eq \"{{user.Id}}\" and password sw \"Conf\""}""");
        if (t.OwnChoices)
            answer.IsError(400, "invalidFilter");
        else if (answer.OrLacks("POST .search").Succeeded)
            Check.Same(0, answer.IsList().Total, "users found by the beginning of a password: a guessing oracle");
        else
            answer.IsRefused();
    }

    [Clause("7644-3.4.2.2-26", Needs = Feature.Filter)]
    public static async Task Numbers_compare_by_value(Trial t)
    {
        if (t.Server.WritableOf("integer") is not { } number)
        {
            Trial.NotTested("no schema of the User resource type has a writable integer attribute");
            return;
        }
        var text = number.Schema == Urn.User ? $$"""{"{{number.Name}}":10}""" : $$"""{"{{number.Schema}}":{"{{number.Name}}":10} }""";
        var user = await t.NewUser(text);
        var path = number.Schema == Urn.User ? number.Name : number.Schema + ":" + number.Name;
        foreach (var (filter, total) in new[] { ("eq 10.0", 1), ("eq 1e1", 1), ("gt 9", 1), ("lt 9.5", 0), ("le 10", 1) })
            Check.Same(
                total,
                (await t.Find(t.Users, $"id eq \"{user.Id}\" and {path} {filter}")).IsList().Total,
                $"{number.Name} {filter} where it is 10");
    }

    [Clause("7644-3.4.2.2-27", Needs = Feature.Filter)]
    public static async Task Meta_id_and_externalId(Trial t)
    {
        var people = await t.People();
        await t.Matches($"id eq \"{people["bob"].Id}\"", "bob");
        await t.Matches($"externalId eq \"{people.Tag}-ext-a\"", "bob");
        await t.Matches(
            $"userName sw \"{people.Tag}\" and meta.lastModified gt \"2001-01-01T00:00:00Z\"", "ann", "bob", "cid", "dee", "eve");
        await t.Matches($"userName sw \"{people.Tag}\" and meta.resourceType eq \"User\"", "ann", "bob", "cid", "dee", "eve");
        // A second later, as the server may show fewer digits than it keeps.
        var last = CommonAttributes.Instant(people["eve"].Body.Text("meta.lastModified"), "meta.lastModified").AddSeconds(1).UtcDateTime;
        var after = last.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        await t.Matches($"userName sw \"{people.Tag}\" and meta.lastModified gt \"{after}\"");
    }

    [Clause(
        "7644-3.4.2.2-27/groups",
        Title = "members.value and groups.value can be filtered by",
        Needs = Feature.Filter | Feature.Groups,
        Uses = "groups")]
    public static async Task Members_and_groups(Trial t)
    {
        var user = await t.NewUser();
        var group = await t.NewGroup(user.Id);
        Check.SameSet(
            [group.Id],
            (await t.Find(t.Groups, $"members.value eq \"{user.Id}\"")).IsList().Ids,
            "groups found by members.value");
        Check.SameSet([user.Id], (await t.Find(t.Users, $"groups.value eq \"{group.Id}\"")).IsList().Ids, "users found by groups.value");
        Check.SameSet(
            [group.Id],
            (await t.Find(t.Groups, $"displayName eq {Json.Quote(group.Name)}")).IsList().Ids,
            "groups found by displayName");
    }
}
