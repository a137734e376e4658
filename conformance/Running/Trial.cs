using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Conformance.Discovery;
using ScimBridge.Conformance.Http;

namespace ScimBridge.Conformance.Running;

/// <summary>A resource that a case made.</summary>
internal sealed record Made(string Id, string Path, string Name, JsonObject Body, Answer Answer)
{
    public string? ETag => Answer.ETag ?? Body.Text("meta.version");
}

/// <summary>What a case has at hand: the server's facts, requests that are recorded, and fixtures that are deleted afterwards.</summary>
internal sealed class Trial(Run run, CancellationToken stop)
{
    private readonly ConcurrentQueue<Exchange> _exchanges = new();
    private readonly ConcurrentQueue<string> _created = new();

    public Server Server => run.Server;

    public Settings Settings => run.Settings;

    /// <summary>ScimBridge's choices are demanded, not only what the RFCs demand.</summary>
    public bool OwnChoices => run.Settings.OwnChoices;

    public bool Strict => run.Settings.Profile == Profile.Strict;

    /// <summary>Begins every name that the run makes.</summary>
    public string Prefix => run.Fixtures.Prefix;

    public CancellationToken Stop { get; } = stop;

    public string Users => Server.Users;

    public string Groups => Server.Groups;

    public IReadOnlyList<Exchange> Exchanges => [.. _exchanges];

    /// <summary>Paths of what this case made, the newest first: a group goes before its members.</summary>
    public IEnumerable<string> Created => _created.Reverse();

    public string Name(string label = "x") => run.Fixtures.Name(label);

    public string UserName(string label = "x") => run.Fixtures.UserName(label);

    /// <summary>Sends anything, records it, and remembers what it made.</summary>
    public async Task<Answer> Send(Call call)
    {
        var answer = await run.Client.SendAsync(call, Stop);
        _exchanges.Enqueue(answer.Exchange);
        foreach (var key in run.Ledger.Watch(call, answer))
            _created.Enqueue(key);
        return answer;
    }

    public Task<Answer> Get(string path) => Send(new Call("GET", path));

    public Task<Answer> Post(string path, string body) => Send(new Call("POST", path).WithBody(body));

    public Task<Answer> Post(string path, JsonNode body) => Post(path, body.ToJsonString());

    public Task<Answer> Put(string path, JsonNode body) => Send(new Call("PUT", path).WithBody(body.ToJsonString()));

    public Task<Answer> Delete(string path) => Send(new Call("DELETE", path));

    /// <summary>A PATCH with these operations, each written as JSON.</summary>
    public Task<Answer> Patch(string path, params string[] operations) => Send(new Call("PATCH", path).WithBody(PatchBody(operations)));

    public static string PatchBody(params string[] operations) =>
        $$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{{string.Join(',', operations)}}]}""";

    /// <summary>GET with query parameters, encoded here.</summary>
    public Task<Answer> List(string endpoint, params (string Name, string Value)[] query) =>
        Get(endpoint + "?" + string.Join('&', query.Select(q => q.Name + "=" + Uri.EscapeDataString(q.Value))));

    public Task<Answer> Find(string endpoint, string filter) => List(endpoint, ("filter", filter));

    /// <summary>POST .search with this SearchRequest; `schemas` is added.</summary>
    public Task<Answer> Search(string endpoint, string request)
    {
        var body = Json.Object(request);
        body["schemas"] = new JsonArray(Urn.SearchRequest);
        return Post(endpoint + "/.search", body);
    }

    /// <summary>POST /Bulk with these operations; `envelope` adds members such as failOnErrors.</summary>
    public Task<Answer> Bulk(IEnumerable<string> operations, string envelope = "") =>
        Post("/Bulk", $$"""{"schemas":["{{Urn.BulkRequest}}"]{{(envelope.Length > 0 ? "," + envelope : "")}},"Operations":[{{string.Join(',', operations)}}]}""");

    public Task<Answer> Bulk(params string[] operations) => Bulk(operations, "");

    /// <summary>The resource as a read gives it now.</summary>
    public async Task<JsonObject> Read(string path) => (await Get(path)).Is(200).Body;

    /// <summary>The body of a new user: the plainest that the server takes, with these members.</summary>
    public JsonObject UserBody(string? with = null, string? userName = null) =>
        run.Fixtures.User(userName ?? UserName(), with is null ? null : Json.Object(with));

    public JsonObject GroupBody(params string[] members) => Fixtures.Group(Name("group"), members);

    /// <summary>A user, made by POST. A refusal fails the case, unless the server takes no users at all.</summary>
    public async Task<Made> NewUser(string? with = null, string? userName = null)
    {
        if (Server.NoUsers is { } reason)
            throw new OutcomeException(Outcome.NotTested, "precondition missing: " + reason);
        return Fixture(await Post(Users, UserBody(with, userName)), Users, "userName");
    }

    public async Task<Made> NewGroup(params string[] members) => Fixture(await Post(Groups, GroupBody(members)), Groups, "displayName");

    /// <summary>The users that filters are tried on; made once for all cases and never changed.</summary>
    public Task<People> People() => run.People(this);

    /// <summary>Exactly these of the shared people match the filter.</summary>
    public async Task Matches(string filter, params string[] keys) => await (await People()).Match(this, filter, keys);

    [DoesNotReturn]
    public static void NotTested(string reason) => throw new OutcomeException(Outcome.NotTested, reason);

    [DoesNotReturn]
    public static void NotSupported(string reason) => throw new OutcomeException(Outcome.NotSupported, reason);

    /// <summary>Ends the case as "not supported" when a User attribute is not in the published schema.</summary>
    public void NeedsUser(params string[] attributes)
    {
        foreach (var attribute in attributes)
        {
            if (!Server.Knows(Urn.User, attribute))
                NotSupported($"the published User schema has no {attribute}");
        }
    }

    public void Needs(Feature feature)
    {
        if (Server.Lacks(feature) is { } reason)
            NotSupported(reason);
    }

    /// <summary>Waits until the clock of a server with whole seconds has moved, so that a change can be told by its time.</summary>
    public Task Tick() => Task.Delay(1100, Stop);

    /// <summary>The whole URL of a path under the base.</summary>
    public string Absolute(string path) => Settings.Url + path;

    /// <summary>An id in the server's own style that belongs to nothing.</summary>
    public static string NoId => Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture);

    private static Made Fixture(Answer answer, string endpoint, string name)
    {
        answer.Is(201);
        if (answer.Body.Text("id") is not { Length: > 0 } id)
            throw answer.Failed("the new resource with its id");
        return new Made(id, endpoint + "/" + Uri.EscapeDataString(id), answer.Body.Text(name) ?? "", answer.Body, answer);
    }
}
