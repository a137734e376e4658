using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part J: DELETE (RFC 7644 §3.6).</summary>
internal static class Deletion
{
    [Clause("7644-3.6-01")]
    public static async Task Delete_is_204_then_404(Trial t)
    {
        var user = await t.NewUser();
        var answer = (await t.Delete(user.Path)).Is(204);
        Check.That(answer.Text.Length == 0, "204 must have no body");
        (await t.Delete(user.Path)).IsError(404);
        (await t.Delete(t.Users + "/" + Trial.NoId)).IsError(404);
    }

    [Clause("7644-3.6-02")]
    public static async Task Deleted_is_gone_everywhere(Trial t)
    {
        var user = await t.NewUser();
        var groups = t.Server.Lacks(Feature.Groups) is null;
        var group = groups ? await t.NewGroup(user.Id) : null;
        (await t.Delete(user.Path)).Is(204);
        (await t.Get(user.Path)).IsError(404);
        (await t.Put(user.Path, t.UserBody(userName: user.Name))).IsError(404);
        if (t.Server.Lacks(Feature.Patch) is null)
            (await t.Patch(user.Path, """{"op":"replace","path":"displayName","value":"X"}""")).IsError(404);
        if (t.Server.Lacks(Feature.Filter) is null)
        {
            Check.Same(
                0,
                (await t.Find(t.Users, $"userName eq {Json.Quote(user.Name)}")).IsList().Total,
                "users found by the name of a deleted one");
            Check.Same(0, (await t.Find(t.Users, $"id eq {Json.Quote(user.Id)}")).IsList().Total, "users found by the id of a deleted one");
            if (groups)
                Check.Same(
                    0,
                    (await t.Find(t.Groups, $"members.value eq {Json.Quote(user.Id)}")).IsList().Total,
                    "groups found by a deleted member");
        }
        if (group is not null)
            Check.SameSet([], await GroupSchema.Members(t, group), "members after the only one was deleted");
    }

    [Clause("7644-3.6-03")]
    public static async Task Name_is_free_again(Trial t)
    {
        var user = await t.NewUser();
        (await t.Delete(user.Path)).Is(204);
        var again = await t.NewUser(userName: user.Name);
        Check.That(again.Id != user.Id, "a new user has the id of a deleted one");
    }

    [Clause("7644-3.6-04", Needs = Feature.ETag)]
    public static async Task Delete_with_if_match(Trial t)
    {
        var user = await t.NewUser();
        var answer = await t.Send(new Call("DELETE", user.Path).With("If-Match", "W/\"not-the-version\""));
        if (t.OwnChoices)
            answer.IsError(412);
        if (answer.Is(204, 412).Status == 204)
            Trial.NotSupported("DELETE does not look at If-Match");
        (await t.Get(user.Path)).Is(200);
        (await t.Send(new Call("DELETE", user.Path).With("If-Match", user.ETag ?? ""))).Is(204);
    }

    [Clause("7644-3.6-05")]
    public static async Task Delete_of_a_collection(Trial t)
    {
        var user = await t.NewUser();
        var all = (await t.List(t.Users, ("count", "200"))).IsList();
        if (all.Total > all.Resources.Count || all.Resources.Any(r => r.Text("userName")?.StartsWith(
            t.Prefix,
            StringComparison.OrdinalIgnoreCase) != true))
            Trial.NotTested("the server holds users that are not this run's, and a faulty one would delete them all");
        var answer = await t.Delete(t.Users);
        answer.Is(t.OwnChoices ? [405] : [403, 404, 405, 501]);
        (await t.Get(user.Path)).Is(200);
    }
}
