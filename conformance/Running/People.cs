using System.Globalization;

namespace ScimBridge.Conformance.Running;

/// <summary>
/// Five users for filters and sorting. Their values carry the run's prefix, so that a filter can be sent as it stands even to
/// a server that is full of others.
/// </summary>
internal sealed class People
{
    /// <summary>Begins their titles, display names and the host part of their mail addresses.</summary>
    public required string Tag { get; init; }

    public Dictionary<string, Made> All { get; } = new(StringComparer.Ordinal);

    public Made this[string key] => All[key];

    public static async Task<People> MakeAsync(Trial trial, string prefix)
    {
        var people = new People { Tag = prefix + "p" };
        var ann = await people.Add(trial, "ann", people.Ann());
        await people.Add(trial, "bob", people.Bob());
        await people.Add(trial, "cid", people.Cid());
        await people.Add(trial, "dee", people.Dee(ann.Id));
        await people.Add(trial, "eve", $$"""{"displayName":"{{people.Tag}} eve"}""");
        return people;
    }

    /// <summary>
    /// Exactly these match. The filter goes out as it is; only when others fill the answer is it narrowed to these people.
    /// </summary>
    public async Task Match(Trial t, string filter, params string[] keys)
    {
        var count = Math.Min(t.Server.MaxResults, 200).ToString(CultureInfo.InvariantCulture);
        var answer = (await t.List(t.Users, ("filter", filter), ("count", count))).IsList();
        if (answer.Total > answer.Resources.Count)
            answer = (await t.List(t.Users, ("filter", Within(filter)), ("count", count))).IsList();
        var found = answer.Ids.ToHashSet(StringComparer.Ordinal);
        Check.SameSet(keys, All.Where(p => found.Contains(p.Value.Id)).Select(p => p.Key), $"users found by {filter}");
    }

    /// <summary>The filter, but among these people only.</summary>
    public string Within(string filter) => $"userName sw {Json.Quote(Tag)} and ({filter})";

    /// <summary>
    /// The filter that finds exactly these people. Paging and sorting need it to be alone among others, so a server that does
    /// not understand it leaves them untested; that it does not is for the clauses on filters to say.
    /// </summary>
    public async Task<string> Alone(Trial t)
    {
        var filter = $"userName sw {Json.Quote(Tag)}";
        var answer = await t.List(t.Users, ("filter", filter), ("count", "1"));
        if (answer.Status != 200)
            Trial.NotTested($"precondition missing: the filter {filter} is refused, and without it others are on the pages too");
        return filter;
    }

    private string Ann() =>
        $$"""
        {"name":{"givenName":"Ann","familyName":"{{Tag}}Berg","formatted":"Ann Berg"},"displayName":"{{Tag}} Ann","title":"{{Tag}} Engineer","nickName":"{{Tag}}nick",
         "active":true,"externalId":"{{Tag}}-Ext-A","preferredLanguage":"en-US","profileUrl":"https://conformance.example/{{Tag}}/Ann",
         "emails":[{"type":"work","value":"ann@{{Tag}}.alpha.example","primary":true},{"type":"home","value":"ann@{{Tag}}.home.example"}],
         "{{Urn.Enterprise}}":{"department":"{{Tag}} Research","employeeNumber":"1001"} }
        """;

    private string Bob() =>
        $$"""
        {"name":{"givenName":"Bob","familyName":"{{Tag}}Carl"},"displayName":"{{Tag}} bob","title":"{{Tag}} engineer lead","active":false,
         "externalId":"{{Tag}}-ext-a",
         "emails":[{"type":"work","value":"bob@{{Tag}}.beta.example"},{"type":"home","value":"bob@{{Tag}}.alpha.example","primary":true}],
         "{{Urn.Enterprise}}":{"department":"{{Tag}} Sales","employeeNumber":"1002"} }
        """;

    private string Cid() =>
        $$"""
        {"name":{"givenName":"Cid","familyName":"{{Tag}}Arne"},"displayName":"{{Tag}} Cid","active":true,
         "emails":[{"type":"home","value":"cid@{{Tag}}.gamma.example","primary":true}] }
        """;

    private string Dee(string manager) =>
        $$"""
        {"displayName":"{{Tag}} \"Dee\" \\ Ünal","title":"{{Tag}} Zoo","active":true,
         "emails":[{"type":"work","value":"dee@{{Tag}}.alpha.example"},{"type":"other","value":"dee@{{Tag}}.beta.example"}],
         "{{Urn.Enterprise}}":{"manager":{"value":"{{manager}}"} } }
        """;

    private async Task<Made> Add(Trial trial, string key, string json)
    {
        // Attributes that the server does not have are left out; cases that use them say so and are not run.
        var body = Json.Object(json);
        foreach (var name in body.Select(m => m.Key).ToList())
        {
            if (name == Urn.Enterprise ? trial.Server.Lacks(Feature.Enterprise) is not null : name != "externalId" && !trial.Server.Knows(
                Urn.User,
                name))
                body.Remove(name);
        }
        return All[key] = await trial.NewUser(body.ToJsonString(), $"{Tag}-{key}@{trial.Settings.UserDomain}");
    }
}
