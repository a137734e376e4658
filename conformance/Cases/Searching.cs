using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part G5: POST .search (RFC 7644 §3.4.3).</summary>
internal static class Searching
{
    [Clause("7644-3.4.3-01", Needs = Feature.Filter)]
    public static async Task Search_answers_as_get(Trial t)
    {
        var people = await t.People();
        var filter = $"userName sw \"{people.Tag}\"";
        var request = $$"""{"filter":{{Json.Quote(filter)}},"attributes":["userName"],"startIndex":2,"count":2}""";
        var post = (await Search(t, t.Users, request)).IsList();
        var get = (await t.List(t.Users, ("filter", filter), ("attributes", "userName"), ("startIndex", "2"), ("count", "2"))).IsList();
        Check.Same(get.Total, post.Total, "totalResults of .search against GET");
        Check.Same(string.Join(' ', get.Ids), string.Join(' ', post.Ids), "resources of .search against GET");
        Check.That(post.Resources.All(r => !r.Has("displayName") && r.Has("userName")), "only userName was asked for");
        var without = (await Search(t, t.Users, $$"""{"filter":{{Json.Quote(filter)}},"excludedAttributes":["displayName"]}""")).IsList();
        Check.That(without.Resources.All(r => !r.Has("displayName")), "displayName was excluded");
        if (t.Server.Lacks(Feature.Sort) is null)
        {
            var sorted = (await Search(
                t,
                t.Users,
                $$"""{"filter":{{Json.Quote(filter)}},"sortBy":"userName","sortOrder":"descending"}""")).IsList();
            Check.Same(
                string.Join(' ', people.All.OrderByDescending(p => p.Key, StringComparer.Ordinal).Select(p => p.Value.Id)),
                string.Join(' ', sorted.Ids),
                "order of a sorted .search");
        }
    }

    [Clause("7644-3.4.3-01/groups", Title = "POST /Groups/.search finds groups only", Needs = Feature.Filter | Feature.Groups)]
    public static async Task Search_of_groups(Trial t)
    {
        var group = await t.NewGroup();
        var found = (await Search(t, t.Groups, $$"""{"filter":{{Json.Quote($"displayName eq \"{group.Name}\"")}}}""")).IsList();
        Check.SameSet([group.Id], found.Ids, "groups found");
    }

    [Clause("7644-3.4.3-02")]
    public static async Task Search_needs_its_schema(Trial t)
    {
        foreach (var body in new[] { "{}", """{"schemas":[]}""", $$"""{"schemas":["{{Urn.PatchOp}}"],"count":1}""" })
        {
            var answer = (await t.Post(t.Users + "/.search", body)).OrLacks("POST .search");
            if (t.Strict)
                answer.IsError(400, "invalidSyntax", "invalidValue");
            else
                answer.Is(200, 400);
        }
        (await t.Post(t.Users + "/.search", "{")).IsError(400, "invalidSyntax");
        if (t.OwnChoices)
            (await Search(t, t.Users, """{"attributes":"userName","count":1}""")).IsList();
    }

    [Clause("7644-3.4.3-03", Needs = Feature.Filter)]
    public static async Task Query_string_is_ignored(Trial t)
    {
        var people = await t.People();
        var body = $$"""{"schemas":["{{Urn.SearchRequest}}"],"filter":{{Json.Quote($"userName sw \"{people.Tag}\"")}}}""";
        var answer = (await t.Post(
            t.Users + "/.search?count=1&filter=" + Uri.EscapeDataString("userName eq \"nobody\""),
            body)).OrLacks("POST .search").IsList();
        Check.Same(5, answer.Resources.Count, "resources, as the query string of a .search is ignored");
    }

    [Clause("7644-3.4.3-04", Needs = Feature.Filter)]
    public static async Task Search_may_be_sensitive(Trial t)
    {
        var user = await t.NewUser("""{"emails":[{"value":"private@sensitive.example","type":"home"}]}""");
        var answer = await Search(
            t,
            t.Users,
            $$"""{"filter":{{Json.Quote($"userName eq \"{user.Name}\" and emails.value eq \"private@sensitive.example\"")}}}""");
        Check.SameSet([user.Id], answer.IsList().Ids, "users found by what a URL should not show");
        Check.That(
            (await Search(t, t.Users, """{"filter":"password eq \"guess\""}""")).Status != 403,
            "403 is for filters in URLs, not for .search");
    }

    private static async Task<Answer> Search(
        Trial t,
        string endpoint,
        string request) => (await t.Search(endpoint, request)).OrLacks("POST .search");
}
