using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Graph;

/// <summary>A tenant from the inside: what it holds, what it was asked, its switches and its faults.</summary>
public sealed class GraphState
{
    private readonly GraphOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly List<GraphExchange> _calls = [];
    private readonly Dictionary<string, int> _creates = new(StringComparer.OrdinalIgnoreCase);
    private readonly GraphUsersApi _users;
    private readonly GraphGroupsApi _groups;
    private readonly GraphDeletedApi _deleted;
    private readonly GraphProvisioningApi _provisioning;
    private readonly GraphApplicationsApi _applications;
    private readonly GraphHoldingsApi _holdings;
    private readonly GraphCredentialsApi _credentials;
    private GraphStore _store = new();
    private GraphSettings _settings;
    private long _oldestDelta;

    internal GraphState(GraphOptions options, TimeProvider clock)
    {
        (_options, _clock, _settings) = (options, clock, options.Settings);
        (_users, _groups, _deleted) = (new GraphUsersApi(this), new GraphGroupsApi(this), new GraphDeletedApi(this));
        _credentials = new GraphCredentialsApi(this);
        (_provisioning, _applications) = (new GraphProvisioningApi(this), new GraphApplicationsApi(this, _credentials));
        _holdings = new GraphHoldingsApi(this);
        People = new GraphPeople(this);
        Tokens = new GraphTokens(this, options, clock);
        Limit = new GraphLimit(clock);
    }

    /// <summary>The name in the URL.</summary>
    public string Name => _options.Name;

    /// <summary>The tenant's id.</summary>
    public string TenantId => _options.TenantId;

    /// <summary>What goes wrong, and when. Paths begin with <c>/v1.0</c>; the items of a batch are calls of their own.</summary>
    public FaultScript Faults { get; } = new();

    /// <summary>The switches; a new value holds from the next call on.</summary>
    public GraphSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set => Volatile.Write(ref _settings, value);
    }

    /// <summary>What people do there, and what they hold.</summary>
    public GraphPeople People { get; }

    /// <summary>What it was asked since the start or the last reset.</summary>
    public IReadOnlyList<GraphExchange> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>User principal name to the number of times a user was really created with it: more than 1 is a duplicate.</summary>
    public IReadOnlyDictionary<string, int> Creates
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_creates, StringComparer.OrdinalIgnoreCase);
        }
    }

    internal GraphTokens Tokens { get; }

    internal GraphLimit Limit { get; }

    internal IReadOnlyList<string> Domains => _options.Domains;

    internal DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Puts an object there, as an administrator or a synchronisation would have; the id.</summary>
    /// <param name="kind">user, group, device, application or servicePrincipal.</param>
    /// <param name="properties">Its properties as JSON.</param>
    public string Add(string kind, string properties)
    {
        lock (_gate)
        {
            var id = Guid.NewGuid().ToString();
            Put(_store, new GraphRow(kind, id, JsonNode.Parse(properties)!.AsObject(), Now, 0));
            return id;
        }
    }

    /// <summary>Alters properties of an object behind everybody's back.</summary>
    public void Alter(string id, string properties)
    {
        lock (_gate)
        {
            var row = _store.Objects[id];
            var altered = (JsonObject)row.Properties.DeepClone();
            foreach (var (name, value) in JsonNode.Parse(properties)!.AsObject())
                altered[name] = value?.DeepClone();
            Put(_store, row with { Properties = altered });
        }
    }

    /// <summary>A property of an object as text; null where it has none or there is no such object.</summary>
    public string? Property(string id, string name)
    {
        lock (_gate)
            return _store.Objects.TryGetValue(id, out var row) ? row.Properties[name]?.ToString() : null;
    }

    /// <summary>The properties of an object, as JSON; null where there is none.</summary>
    public string? Object(string id)
    {
        lock (_gate)
            return _store.Objects.TryGetValue(id, out var row) ? row.Properties.ToJsonString() : null;
    }

    /// <summary>Ids of all objects of a kind that are not deleted.</summary>
    public IReadOnlyList<string> Ids(string kind)
    {
        lock (_gate)
            return [.. _store.Of(kind).Select(o => o.Id)];
    }

    /// <summary>Ids of what was deleted and can be restored.</summary>
    public IReadOnlyList<string> DeletedIds()
    {
        lock (_gate)
            return [.. _store.Deleted.Keys];
    }

    /// <summary>Ids of a group's members.</summary>
    public IReadOnlyList<string> MembersOf(string groupId) => LinkedOf("members", groupId);

    /// <summary>Ids of what an object has in a relationship: members, owners, sponsors.</summary>
    public IReadOnlyList<string> LinkedOf(string relationship, string id)
    {
        lock (_gate)
            return [.. _store.Links.Where(l => l.Relationship == relationship && l.From == id).Select(l => l.To).Order(StringComparer.Ordinal)];
    }

    /// <summary>Puts an object into a relationship of another: members, owners, sponsors.</summary>
    public void Link(string relationship, string from, string to)
    {
        lock (_gate)
            _store.Links.Add((relationship, from, to));
    }

    /// <summary>An administrator makes a client secret of an application at the portal; its key id, and what it is.</summary>
    public (string KeyId, string Secret) AddSecret(string applicationId, string name = "portal", DateTimeOffset? ends = null) => Do(store =>
    {
        var secret = _credentials.Make(store, store.Objects[applicationId], name, ends ?? Now.AddYears(2)).Secret;
        return (secret.KeyId, secret.Text);
    });

    /// <summary>The manager of a user.</summary>
    public string? ManagerOf(string userId)
    {
        lock (_gate)
            return _store.Managers.GetValueOrDefault(userId);
    }

    /// <summary>Gives a service principal a job for API-driven inbound provisioning; the job's id.</summary>
    public string AddJob(string servicePrincipalId)
    {
        lock (_gate)
        {
            var job = $"API2AAD.{Guid.NewGuid():N}.{Guid.NewGuid()}";
            _store.Links.Add(("jobs", servicePrincipalId, job));
            return job;
        }
    }

    /// <summary>Lets the provisioning jobs work off what was uploaded.</summary>
    public void RunJobs()
    {
        lock (_gate)
            _provisioning.Run(_store);
    }

    /// <summary>
    /// A user whose account is enabled signs in: the refresh token of the session, which the token endpoint takes as long as the session is good.
    /// </summary>
    public string SignIn(string userId) => People.SignIn(userId) ?? throw new InvalidOperationException("This account may not sign in.");

    /// <summary>Everything it holds as JSON, equal for equal contents.</summary>
    public string StateJson()
    {
        lock (_gate)
        {
            return new JsonObject
            {
                ["objects"] = new JsonArray([.. _store.Objects.Values.OrderBy(o => o.Id, StringComparer.Ordinal).Select(
                    o => (JsonNode)new JsonObject { ["kind"] = o.Kind, ["id"] = o.Id, ["properties"] = o.Properties.DeepClone() })]),
                ["deleted"] = new JsonArray([.. _store.Deleted.Keys.Order(StringComparer.Ordinal).Select(id => (JsonNode)id)]),
                ["links"] = new JsonArray([.. _store.Links.Select(l => l.ToString()).Order(StringComparer.Ordinal).Select(l => (JsonNode)l)]),
                ["managers"] = new JsonArray([.. _store.Managers.Select(m => m.ToString()).Order(StringComparer.Ordinal).Select(m => (JsonNode)m)]),
                ["held"] = new JsonArray([.. _store.Held.Select(h => $"{h.Kind} {h.Id} {h.UserId}").Order(StringComparer.Ordinal).Select(h => (JsonNode)h)]),
            }.ToJsonString();
        }
    }

    /// <summary>Takes back every token that was handed out to an app.</summary>
    public void RevokeTokens() => Tokens.RevokeApps();

    /// <summary>Makes every delta link so far one that has to be begun anew.</summary>
    public void ExpireDeltaLinks()
    {
        lock (_gate)
            _oldestDelta = ++_store.Changes;
    }

    /// <summary>Forgets everything, and goes back to the switches it started with.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _store = new();
            _calls.Clear();
            _creates.Clear();
            _oldestDelta = 0;
        }

        Faults.Clear();
        Tokens.Clear();
        Settings = _options.Settings;
    }

    /// <summary>Does the work; where it only pretends to, nothing of it stays.</summary>
    internal GraphReply Answer(GraphRequest request, bool pretend)
    {
        lock (_gate)
        {
            var store = pretend ? _store.Copy() : _store;
            return request.Segments switch
            {
                _ when GraphHoldingsApi.Answers(request.Segments) => _holdings.Answer(request, store),
                ["users", ..] => _users.Answer(request, store),
                ["directory", "deletedItems", ..] => _deleted.Answer(request, store),
                ["directoryObjects", var id] when request.IsRead => store.Objects.TryGetValue(id, out var row) && !IsHidden(store, id)
                    ? GraphReply.Of(GraphShapes.Show(row, ["id"], withType: true))
                    : GraphReply.NotFound(id),
                ["servicePrincipals", var principal, "synchronization", "jobs", var job, "bulkUpload"] when request.Method == "POST" =>
                    GraphProvisioningApi.Upload(request, store, principal, job),
                ["applications" or "servicePrincipals", ..] => _applications.Answer(request, store),
                ["reports", "appCredentialSignInActivities"] when request is { IsRead: true, IsBeta: true } => _credentials.Activities(request, store),
                ["auditLogs", "provisioning"] when request.IsRead => GraphProvisioningApi.Log(request, store),
                [var groups, ..] when groups.StartsWith("groups", StringComparison.Ordinal) => _groups.Answer(request, store),
                _ => GraphReply.NoSegment(request.Segments.FirstOrDefault() ?? ""),
            };
        }
    }

    /// <summary>What the one who is signed in sees of himself.</summary>
    internal GraphReply Me(string userId)
    {
        lock (_gate)
            return _store.Objects.TryGetValue(userId, out var row) ? GraphReply.Of(GraphShapes.Show(row, [])) : GraphReply.NotFound(userId);
    }

    /// <summary>Whether a session of this user that began then is good: of an account that is enabled, and not revoked; null where there is no account.</summary>
    internal (bool IsEnabled, bool IsValid)? CanSignIn(string userId, DateTimeOffset began)
    {
        lock (_gate)
        {
            if (!_store.Objects.TryGetValue(userId, out var row))
                return null;
            var isEnabled = row.Properties["accountEnabled"] is not JsonValue value || value.GetValue<bool>();
            var validFrom = row.Text("signInSessionsValidFromDateTime") is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
            return (isEnabled, began > validFrom || Now < validFrom);
        }
    }

    /// <summary>Uses a client secret; see <see cref="GraphCredentialsApi.Use"/>.</summary>
    internal (bool IsKnown, bool IsEnabled, bool IsProven) UseSecret(string clientId, string secret) => Do(store => _credentials.Use(store, clientId, secret));

    /// <summary>Does something with what the tenant holds.</summary>
    internal T Do<T>(Func<GraphStore, T> work)
    {
        lock (_gate)
            return work(_store);
    }

    internal void Note(GraphExchange exchange)
    {
        if (_options.KeepsCalls)
        {
            lock (_gate)
                _calls.Add(exchange);
        }

        _options.Observe?.Invoke(exchange);
    }

    internal GraphRow Put(GraphStore store, GraphRow row)
    {
        if (Settings.SearchesBehind > 0)
            store.Behind[row.Id] = (store.Objects.GetValueOrDefault(row.Id), Settings.SearchesBehind);
        var changed = row with { Change = ++store.Changes };
        store.Objects[row.Id] = changed;
        return changed;
    }

    internal void Touch(GraphStore store, GraphRow row) => Put(store, row);

    /// <summary>A new object is not to be seen at once.</summary>
    internal void Hide(GraphStore store, string id)
    {
        if (Settings.CallsBehind > 0)
            store.Hidden[id] = Settings.CallsBehind;
    }

    /// <summary>Whether this call goes to a replica that does not have the object yet.</summary>
    internal bool IsHidden(GraphStore store, string id)
    {
        if (!store.Hidden.TryGetValue(id, out var left))
            return false;
        if (left > 1)
            store.Hidden[id] = left - 1;
        else
            store.Hidden.Remove(id);
        return true;
    }

    /// <summary>Counts a creation that is no pretence.</summary>
    internal void CountCreate(GraphStore store, string name)
    {
        if (store == _store)
            _creates[name] = _creates.GetValueOrDefault(name) + 1;
    }

    /// <summary>The id that a reference names.</summary>
    internal static string? Referred(JsonObject? body) => body?["@odata.id"]?.ToString().Split('/')[^1] is { Length: > 0 } id ? id : null;

    /// <summary>A list of a kind, or of those given, filtered.</summary>
    internal GraphReply List(GraphRequest request, GraphStore store, string kind, IEnumerable<GraphRow>? of = null)
    {
        var rows = of ?? (request.IsAdvanced ? Indexed(store, kind) : store.Of(kind).Where(o => !IsHidden(store, o.Id)));
        if (request.Query.GetValueOrDefault("$filter") is { } filter)
        {
            var (matches, refusal) = GraphFilter.Parse(filter, kind, request.IsAdvanced);
            if (refusal is not null)
                return refusal;
            rows = rows.Where(matches!);
        }

        var isExpanded = kind == "user" && request.Query.GetValueOrDefault("$expand")?.StartsWith("manager", StringComparison.Ordinal) == true;
        return isExpanded
            ? Page(request, [.. rows.OrderBy(r => r.Id, StringComparer.Ordinal)], r => GraphUsersApi.ShowWithManager(request, store, r))
            : Page(request, rows, withType: false);
    }

    /// <summary>A page of objects, with the link to the next.</summary>
    internal GraphReply Page(GraphRequest request, IEnumerable<GraphRow> rows, bool withType) =>
        Page(request, [.. rows.OrderBy(r => r.Id, StringComparer.Ordinal)], r => GraphShapes.Show(r, request.Select, withType));

    /// <summary>A page of a list, with the link to the next.</summary>
    internal GraphReply Page(GraphRequest request, List<JsonObject> all) => Page(request, all, shown => shown);

    private GraphReply Page<T>(GraphRequest request, List<T> all, Func<T, JsonObject> show)
    {
        var from = Number(request.Query.GetValueOrDefault("$skiptoken")) ?? 0;
        var size = Math.Clamp((int)(Number(request.Query.GetValueOrDefault("$top")) ?? Settings.MaxPageSize), 1, Settings.MaxPageSize);
        var page = new JsonObject { ["value"] = new JsonArray([.. all.Skip((int)from).Take(size).Select(show)]) };
        if (from + size < all.Count)
            page["@odata.nextLink"] = Link(request, ("$skiptoken", (from + size).ToString(CultureInfo.InvariantCulture)));
        return GraphReply.Of(page);
    }

    /// <summary>
    /// What has changed since a link was given. <see href="https://learn.microsoft.com/en-us/graph/delta-query-overview"/>
    /// </summary>
    internal GraphReply Delta(GraphRequest request, GraphStore store, string kind)
    {
        var token = request.Query.GetValueOrDefault("$deltatoken");
        if (token == "latest")
            return GraphReply.Of(new JsonObject { ["value"] = new JsonArray(), ["@odata.deltaLink"] = Link(request, ("$deltatoken", Text(store.Changes))) });
        var since = Number(token) ?? Number(request.Query.GetValueOrDefault("$skiptoken")) ?? 0;
        if (token is not null && since < _oldestDelta)
        {
            return GraphReply.Error(410, "syncStateNotFound", "Resync required.") with
            {
                Headers = [("Location", Link(request with { Query = request.Query.Where(q => q.Key != "$deltatoken").ToDictionary() }, ("$deltatoken", "")))],
            };
        }

        var changed = store.Objects.Values.Concat(store.Deleted.Values).Where(o => o.Kind == kind && o.Change > since && (o.Deleted is null || since > 0))
            .OrderBy(o => o.Change).ToList();
        var page = changed.Take(Settings.MaxPageSize).ToList();
        var answer = new JsonObject { ["value"] = new JsonArray([.. page.Select(o => (JsonNode)Changed(request, o))]) };
        if (page.Count < changed.Count)
            answer["@odata.nextLink"] = Link(request, ("$skiptoken", Text(page[^1].Change)));
        else
            answer["@odata.deltaLink"] = Link(request, ("$deltatoken", Text(store.Changes)));
        return GraphReply.Of(answer);
    }

    private static JsonObject Changed(GraphRequest request, GraphRow row)
    {
        if (row.Deleted is not null)
            return new JsonObject { ["id"] = row.Id, ["@removed"] = new JsonObject { ["reason"] = "changed" } };
        var shown = GraphShapes.Show(row, request.Select);
        shown["id"] = row.Id;
        return shown;
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A link goes to Graph's own host, whoever was called.</summary>
    private static string Link(GraphRequest request, (string Name, string Value) token)
    {
        var kept = request.Query.Where(q => q.Key is not ("$skiptoken" or "$deltatoken")).Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}&");
        return $"https://graph.microsoft.com{request.Path}?{string.Concat(kept)}{token.Name}={token.Value}";
    }

    private List<GraphRow> Indexed(GraphStore store, string kind)
    {
        var seen = new List<GraphRow>();
        foreach (var row in store.Of(kind).ToList())
        {
            if (!store.Behind.TryGetValue(row.Id, out var behind))
            {
                seen.Add(row);
                continue;
            }

            if (behind.Row is { } old)
                seen.Add(old);
            if (behind.Left > 1)
                store.Behind[row.Id] = (behind.Row, behind.Left - 1);
            else
                store.Behind.Remove(row.Id);
        }

        return seen;
    }
}
