using System.Globalization;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part B: id, externalId and meta (RFC 7643 §3.1).</summary>
internal static class CommonAttributes
{
    [Clause("7643-3.1-01")]
    public static async Task Id_is_the_servers(Trial t)
    {
        var wish = "wished-" + t.Name();
        var one = (await t.Post(t.Users, t.UserBody($$"""{"id":"{{wish}}"}"""))).Is(201).Body;
        var two = await t.NewUser();
        Check.That(one.Text("id") is { Length: > 0 } && one.Text("id") != wish, "id must be the server's, whatever the client sends");
        Check.That(one.Text("id") != two.Id, "two users have the same id");
        if (t.Server.Lacks(Feature.Groups) is null)
            Check.That((await t.NewGroup()).Id is var group && group != two.Id && group != one.Text("id"), "a group has the id of a user");
        Check.Same(two.Id, (await t.Read(two.Path)).Text("id"), "id when read again");
    }

    [Clause("7643-3.1-02")]
    public static async Task No_id_contains_bulkId(Trial t)
    {
        var user = await t.NewUser();
        Check.That(!user.Id.Contains("bulkId", StringComparison.OrdinalIgnoreCase), $"the id {user.Id} contains bulkId");
    }

    [Clause("7643-3.1-03")]
    public static async Task ExternalId_is_the_clients(Trial t)
    {
        var key = t.Name() + "-Ä-MiXeD";
        var one = await t.NewUser($$"""{"externalId":"{{key}}"}""");
        Check.Same(key, (await t.Read(one.Path)).Text("externalId"), "externalId, in the letter case that it was sent in");
        var two = await t.Post(t.Users, t.UserBody($$"""{"externalId":"{{key}}"}"""));
        if (t.OwnChoices)
            two.Is(201);
        two.Is(201, 409);
        if (t.Server.Lacks(Feature.Filter) is null)
            Check.Same(
                0,
                (await t.Find(t.Users, $"externalId eq {Json.Quote(key.ToUpperInvariant())}")).IsList().Total,
                "users found by externalId in another letter case");
    }

    [Clause("7643-3.1-04")]
    public static async Task Meta_is_read_only_and_projectable(Trial t)
    {
        var user = await t.NewUser("""{"meta":{"resourceType":"Group","created":"1999-01-01T00:00:00Z","version":"W/\"mine\"","location":"https://evil.example/"} }""");
        Check.Same("User", user.Body.Text("meta.resourceType"), "meta.resourceType, posted as Group");
        Check.That(
            user.Body.Text("meta.created")?.StartsWith("1999", StringComparison.Ordinal) != true,
            "meta.created was taken from the client");
        Check.That(
            user.Body.Text("meta.location")?.Contains("evil", StringComparison.Ordinal) != true,
            "meta.location was taken from the client");

        var without = (await t.List(user.Path, ("attributes", "userName"))).Is(200).Body;
        Check.That(!without.Has("meta"), "attributes=userName must leave meta out");
        var part = (await t.List(user.Path, ("attributes", "meta.created"))).Is(200).Body;
        Check.That(part.Text("meta.created") is not null, "attributes=meta.created must give meta.created");
        Check.That(part["meta"]!.AsObject().Count == 1, "attributes=meta.created must give nothing else of meta");
    }

    [Clause("7643-3.1-05")]
    public static async Task Created_and_lastModified(Trial t)
    {
        var user = await t.NewUser();
        Check.Same("User", user.Body.Text("meta.resourceType"), "meta.resourceType");
        var created = Instant(user.Body.Text("meta.created"), "meta.created");
        Check.That(
            created == Instant(user.Body.Text("meta.lastModified"), "meta.lastModified"),
            "created and lastModified of a new user must be the same");
        await t.Tick();

        var body = user.Body.Copy();
        body["displayName"] = "Changed";
        var changed = (await t.Put(user.Path, body)).Is(200).Body;
        Check.That(created == Instant(changed.Text("meta.created"), "meta.created"), "meta.created must not move");
        Check.That(Instant(changed.Text("meta.lastModified"), "meta.lastModified") > created, "meta.lastModified must move with a change");
    }

    [Clause("7643-3.1-06")]
    public static async Task Location_is_absolute_and_the_same(Trial t)
    {
        var user = await t.NewUser();
        var location = user.Body.Text("meta.location");
        Check.Same(location, user.Answer.Header("Location"), "Location header against meta.location");
        Check.That(
            Uri.TryCreate(location, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal),
            $"meta.location \"{location}\" is not an absolute URL");
        Check.Same(user.Id, (await t.Get(location!)).Is(200).Body.Text("id"), "id of the resource at meta.location");

        // A client that lies about the host must not plant its name in what others read.
        var spoofed = await t.Send(new Call("GET", user.Path).With("X-Forwarded-Host", "evil.example"));
        Check.That(
            !spoofed.Text.Contains("evil.example", StringComparison.OrdinalIgnoreCase),
            "meta.location was built from X-Forwarded-Host of an untrusted client");
    }

    [Clause("7643-3.1-06/host", Title = "meta.location is not built from an untrusted Host header")]
    public static async Task Location_ignores_a_foreign_host(Trial t)
    {
        var user = await t.NewUser();
        var answer = await t.Send(new Call("GET", user.Path).With("Host", "evil.example"));
        if (answer.Succeeded)
            Check.That(
                !answer.Text.Contains("evil.example", StringComparison.OrdinalIgnoreCase),
                "meta.location was built from the Host header");
    }

    [Clause("7643-3.1-07", Needs = Feature.ETag)]
    public static async Task Version_is_the_etag(Trial t)
    {
        var user = await t.NewUser();
        var answer = (await t.Get(user.Path)).Is(200);
        Check.That(answer.ETag is { Length: > 0 }, "GET of a resource must have an ETag when etag.supported is true");
        Check.Same(answer.ETag, answer.Body.Text("meta.version"), "meta.version against the ETag header");
        Check.That(
            answer.ETag!.StartsWith("W/\"", StringComparison.Ordinal) || answer.ETag.StartsWith('"'),
            $"the ETag {answer.ETag} is not a quoted tag, weak with W/ in upper case");
    }

    internal static DateTimeOffset Instant(string? text, string what)
    {
        Check.That(
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant),
            $"{what} must be a dateTime, got {text ?? "nothing"}");
        return instant;
    }
}
