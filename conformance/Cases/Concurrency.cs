using System.Globalization;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Many writers at once: nothing is lost, nothing is made twice, nothing breaks down.</summary>
internal static class Concurrency
{
    private const string Heading = "Concurrency";
    private const int Writers = 32;

    [Clause(
        "race-members",
        Part = Heading,
        Title = "32 writers add a member each to one group, and none is lost",
        Needs = Feature.Patch | Feature.Groups)]
    public static async Task Members_added_at_once(Trial t)
    {
        var group = await t.NewGroup();
        var users = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => t.NewUser()));
        var answers = await Task.WhenAll(users.Select(u => t.Patch(
            group.Path,
            $$"""{"op":"add","path":"members","value":[{"value":"{{u.Id}}"}]}""")));
        foreach (var answer in answers)
            answer.Is(200, 204);
        Check.SameSet(users.Select(u => u.Id), await GroupSchema.Members(t, group), "members after all were added at once");
        var removed = await Task.WhenAll(users.Take(Writers / 2).Select(u => t.Patch(
            group.Path,
            $$"""{"op":"remove","path":"members[value eq \"{{u.Id}}\"]"}""")));
        foreach (var answer in removed)
            answer.Is(200, 204);
        Check.SameSet(
            users.Skip(Writers / 2).Select(u => u.Id),
            await GroupSchema.Members(t, group),
            "members after half were removed at once");
    }

    [Clause(
        "race-userName",
        Part = Heading,
        Title = "The same userName posted 16 times at once makes exactly one user",
        Also = ["7643-4.1-01"])]
    public static async Task Same_name_at_once(Trial t)
    {
        var name = t.UserName("race");
        var bodies = Enumerable.Range(0, 16).Select(i => t.UserBody(userName: i % 2 == 0 ? name : name.ToUpperInvariant()));
        var answers = await Task.WhenAll(bodies.Select(b => t.Post(t.Users, b)));
        foreach (var answer in answers)
        {
            if (answer.Is(201, 409).Status == 409)
                answer.IsError(409, "uniqueness");
        }
        Check.Same(1, answers.Count(a => a.Status == 201), "users made of one name");
        if (t.Server.Lacks(Feature.Filter) is null)
            Check.Same(1, (await t.Find(t.Users, $"userName eq {Json.Quote(name)}")).IsList().Total, "users found by that name");
    }

    [Clause("race-rename", Part = Heading, Title = "Users renamed to the same name at once: one gets it", Needs = Feature.Patch)]
    public static async Task Same_rename_at_once(Trial t)
    {
        var users = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => t.NewUser()));
        var name = t.UserName("wanted");
        var answers = await Task.WhenAll(users.Select(u => t.Patch(
            u.Path,
            $$"""{"op":"replace","path":"userName","value":{{Json.Quote(name)}}}""")));
        foreach (var answer in answers)
            answer.Is(200, 204, 409);
        Check.Same(1, answers.Count(a => a.Succeeded), "users that got the name");
    }

    [Clause(
        "race-if-match",
        Part = Heading,
        Title = "Two PUTs with the same If-Match: one wins",
        Needs = Feature.ETag,
        Also = ["7644-3.14-05"])]
    public static async Task Same_version_at_once(Trial t)
    {
        for (var round = 0; round < 10; round++)
        {
            var user = await t.NewUser();
            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => t.Send(
                new Call("PUT", user.Path).WithBody(t.UserBody(
                    string.Create(CultureInfo.InvariantCulture, $"{{\"displayName\":\"{i}\"}}"),
                    user.Name).ToJsonString())
                    .With("If-Match", user.ETag ?? ""))));
            Check.SameSet(
                ["200", "412"],
                answers.Select(a => a.Status.ToString(CultureInfo.InvariantCulture)),
                "statuses of two PUTs with the same If-Match");
        }
    }

    [Clause(
        "race-attributes",
        Part = Heading,
        Title = "Writers to different attributes of one user do not undo each other",
        Needs = Feature.Patch,
        Uses = "title,nickName,userType,emails.type")]
    public static async Task Different_attributes_at_once(Trial t)
    {
        var user = await t.NewUser();
        string[] names = ["title", "nickName", "userType", "displayName"];
        var patches = names.Select(n => t.Patch(user.Path, $$"""{"op":"replace","path":"{{n}}","value":"Set {{n}}"}"""))
            .Concat(Enumerable.Range(0, 12).Select(i => t.Patch(
                user.Path,
                $$"""{"op":"add","path":"phoneNumbers","value":[{"value":"+45550100{{i:00}}","type":"other"}]}""")));
        foreach (var answer in await Task.WhenAll(patches))
            answer.Is(200, 204);
        var now = await t.Read(user.Path);
        foreach (var name in names)
            Check.Same("Set " + name, now.Text(name), name);
        Check.Same(12, now.Items("phoneNumbers").Count, "phoneNumbers added at once");
    }

    [Clause("race-delete", Part = Heading, Title = "Eight DELETEs of one user: one is 204, the others 404, and no PATCH brings it back")]
    public static async Task Deleted_at_once(Trial t)
    {
        var user = await t.NewUser();
        var patches = t.Server.Lacks(Feature.Patch) is null
            ? Enumerable.Range(
                0,
                4).Select(_ => t.Patch(user.Path, """{"op":"replace","path":"displayName","value":"Late"}""")).ToList() : [];
        var deletes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => t.Delete(user.Path)));
        foreach (var answer in await Task.WhenAll(patches))
            answer.Is(200, 204, 404, 409, 412);
        foreach (var answer in deletes)
            answer.Is(204, 404);
        Check.Same(1, deletes.Count(a => a.Status == 204), "DELETEs that succeeded");
        (await t.Get(user.Path)).IsError(404);
    }

    [Clause(
        "race-read",
        Part = Heading,
        Title = "A reader never sees half of a PATCH",
        Needs = Feature.Patch,
        Uses = "title",
        Also = ["7644-3.5.2-08"])]
    public static async Task Reader_sees_whole_patches(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"0","title":"0"}""");
        using var done = new CancellationTokenSource();
        var writer = Task.Run(
            async () =>
            {
                for (var i = 1; i <= 30; i++)
                    (await t.Patch(
                        user.Path,
                        $$"""{"op":"replace","path":"displayName","value":"{{i}}"}""",
                        $$"""{"op":"replace","path":"title","value":"{{i}}"}""")).Is(200, 204);
                await done.CancelAsync();
            },
            t.Stop);
        while (!writer.IsCompleted && !done.IsCancellationRequested)
        {
            var now = await t.Read(user.Path);
            Check.Same(now.Text("displayName"), now.Text("title"), "title against displayName, which every PATCH sets alike");
        }
        await writer;
    }
}
