using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Okta;

/// <summary>An Okta org from the inside: what it holds, what it was asked, its switches and its faults.</summary>
public sealed class OktaState
{
    private readonly OktaOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly List<OktaExchange> _calls = [];
    private readonly Dictionary<string, int> _creates = new(StringComparer.OrdinalIgnoreCase);
    private readonly OktaUsersApi _users;
    private readonly OktaGroupsApi _groups;
    private readonly OktaHoldingsApi _holdings;
    private readonly OktaRecordsApi _records;
    private readonly OktaAppsApi _apps;
    private readonly OktaSignedIn _signedIn;
    private OktaStore _store = new();
    private OktaSettings _settings;

    internal OktaState(OktaOptions options, TimeProvider clock)
    {
        (_options, _clock, _settings) = (options, clock, options.Settings);
        (_users, _groups) = (new OktaUsersApi(this), new OktaGroupsApi(this));
        (_holdings, _records, _signedIn) = (new OktaHoldingsApi(this), new OktaRecordsApi(this), new OktaSignedIn(this));
        _apps = new OktaAppsApi(this);
        People = new OktaPeople(this);
        Access = new OktaAccess(this, options, clock);
        Limits = new OktaLimits(clock);
    }

    /// <summary>The name in the URL.</summary>
    public string Name => _options.Name;

    /// <summary>What goes wrong, and when.</summary>
    public FaultScript Faults { get; } = new();

    /// <summary>The switches; a new value holds from the next call on.</summary>
    public OktaSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set => Volatile.Write(ref _settings, value);
    }

    /// <summary>What people do there, and what they hold.</summary>
    public OktaPeople People { get; }

    /// <summary>What it was asked since the start or the last reset.</summary>
    public IReadOnlyList<OktaExchange> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>Login to the number of times a user was really created with it: more than 1 is a duplicate.</summary>
    public IReadOnlyDictionary<string, int> Creates
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_creates, StringComparer.OrdinalIgnoreCase);
        }
    }

    internal OktaAccess Access { get; }

    internal OktaLimits Limits { get; }

    internal DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Puts a user there, as an administrator would have; the id.</summary>
    public string AddUser(string status, string profile)
    {
        lock (_gate)
        {
            var user = new OktaUserRow("00u" + OktaIds.Tail(), status, JsonNode.Parse(profile)!.AsObject(), Now, Now);
            _store.Users[user.Id] = user;
            return user.Id;
        }
    }

    /// <summary>Gives a user another status, as an administrator or the user would have.</summary>
    public void SetStatus(string id, string status)
    {
        lock (_gate)
        {
            _store.Users[id] = _store.Users[id] with { Status = status, ReadsLeft = null };
            if (status == "DEPROVISIONED")
                _store.Held.EndSignIns(id);
        }
    }

    /// <summary>Puts a group there; the id.</summary>
    public string AddGroup(string type, string profile)
    {
        lock (_gate)
        {
            var group = new OktaGroupRow("00g" + OktaIds.Tail(), type, JsonNode.Parse(profile)!.AsObject(), Now, Now);
            _store.Groups[group.Id] = group;
            return group.Id;
        }
    }

    /// <summary>Puts a rule there that fills a group.</summary>
    public void AddRule(string name, string groupId, string status = "ACTIVE")
    {
        lock (_gate)
            _store.Rules.Add(new OktaRuleRow("0pr" + OktaIds.Tail(), name, status, groupId));
    }

    /// <summary>Puts a service app there with a client secret and a public key; its id, and the secret's.</summary>
    public (string AppId, string SecretId, string Secret) AddApp(string label) => Do(store =>
    {
        var app = new OktaAppRow("0oa" + OktaIds.Tail(), label, "ACTIVE", Now);
        store.Apps.Add(app);
        var secret = _apps.Make(store, app.Id);
        _apps.Make(store, app.Id, isSecret: false);
        return (app.Id, secret.Id, secret.Text!);
    });

    /// <summary>Gives an app one client secret in the place of those that it has, as an administrator would have; its id, and what it is.</summary>
    public (string SecretId, string Secret) AddSecretInPlaceOfAll(string appId) => Do(store =>
    {
        store.ClientKeys.RemoveAll(k => k.AppId == appId && k.IsSecret);
        var secret = _apps.Make(store, appId);
        return (secret.Id, secret.Text!);
    });

    /// <summary>Ids of the secrets and keys of an app, whatever their status.</summary>
    public IReadOnlyList<string> ClientKeysOf(string appId) => Do(store => (IReadOnlyList<string>)[.. store.ClientKeys.Where(k => k.AppId == appId).Select(k => k.Id)]);

    /// <summary>The user with this id as Okta would show it, as JSON; null where there is none.</summary>
    public string? User(string id)
    {
        lock (_gate)
            return _store.Users.TryGetValue(id, out var user) ? OktaUsersApi.Json(user, "").ToJsonString() : null;
    }

    /// <summary>Ids of all users.</summary>
    public IReadOnlyList<string> UserIds()
    {
        lock (_gate)
            return [.. _store.Users.Keys];
    }

    /// <summary>Ids and profiles of all groups.</summary>
    public IReadOnlyDictionary<string, string> GroupProfiles()
    {
        lock (_gate)
            return _store.Groups.ToDictionary(g => g.Key, g => g.Value.Profile.ToJsonString());
    }

    /// <summary>Puts a user into a group, as an administrator would have.</summary>
    public void AddMember(string groupId, string userId)
    {
        lock (_gate)
            _store.Members.Add((groupId, userId));
    }

    /// <summary>Ids of a group's members.</summary>
    public IReadOnlyList<string> MembersOf(string groupId)
    {
        lock (_gate)
            return [.. _store.Members.Where(m => m.Group == groupId).Select(m => m.User).Order(StringComparer.Ordinal)];
    }

    /// <summary>The primary of a user in a relationship.</summary>
    public string? Linked(string relationship, string userId)
    {
        lock (_gate)
            return _store.Links.GetValueOrDefault((relationship, userId));
    }

    /// <summary>Everything it holds as JSON, equal for equal contents.</summary>
    public string StateJson()
    {
        lock (_gate)
        {
            return new JsonObject
            {
                ["users"] = new JsonArray([.. _store.Users.Values.Select(u => (JsonNode)OktaUsersApi.Json(u, ""))]),
                ["groups"] = new JsonArray([.. _store.Groups.Values.Select(g => (JsonNode)new JsonObject { ["id"] = g.Id, ["type"] = g.Type, ["profile"] = g.Profile.DeepClone() })]),
                ["members"] = new JsonArray([.. _store.Members.Select(m => $"{m.Group}/{m.User}").Order(StringComparer.Ordinal).Select(m => (JsonNode)m)]),
                ["links"] = new JsonArray([.. _store.Links.Select(l => $"{l.Key}={l.Value}").Order(StringComparer.Ordinal).Select(m => (JsonNode)m)]),
                ["apps"] = new JsonArray([.. _store.Apps.Select(a => (JsonNode)new JsonObject { ["id"] = a.Id, ["label"] = a.Label, ["status"] = a.Status })]),
                ["clientKeys"] = new JsonArray([.. _store.ClientKeys.Select(k => (JsonNode)new JsonObject { ["id"] = k.Id, ["appId"] = k.AppId, ["status"] = k.Status })]),
                ["held"] = _store.Held.Json(),
            }.ToJsonString();
        }
    }

    /// <summary>Takes back every token that was handed out.</summary>
    public void RevokeTokens() => Access.Revoke();

    /// <summary>Forgets everything, and goes back to the switches it started with.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _store = new();
            _calls.Clear();
            _creates.Clear();
        }

        Faults.Clear();
        Access.Revoke();
        Settings = _options.Settings;
    }

    /// <summary>Does the work; where it only pretends to, nothing of it stays.</summary>
    internal OktaReply Answer(OktaRequest request, bool pretend)
    {
        lock (_gate)
        {
            var store = pretend ? _store.Copy() : _store;
            return request.Segments switch
            {
                ["api", "v1", "users", var id, ..] when OktaHoldingsApi.Answers(request.Segments) => OktaUsersApi.Find(store, id) is { } user
                    ? _holdings.Answer(request, store, user)
                    : OktaReply.NotFound(id, "User"),
                ["api", "v1", "users", ..] => _users.Answer(request, store),
                ["api", "v1", "api-tokens" or "logs", ..] => _records.Answer(request, store),
                ["api", "v1", "apps", ..] => _apps.Answer(request, store),
                ["api", "v1", "groups", ..] => _groups.Answer(request, store),
                _ => new OktaReply(404, "<html><body>Page not found</body></html>") { ContentType = "text/html" },
            };
        }
    }

    /// <summary>A call of one who has signed in, or of their application.</summary>
    internal OktaReply AnswerSignedIn(OktaRequest request, IFormCollection? form, string? sid, string authorization) =>
        Do(store => _signedIn.Answer(request, store, form, sid, authorization));

    /// <summary>Does something with what the org holds.</summary>
    internal T Do<T>(Func<OktaStore, T> work)
    {
        lock (_gate)
            return work(_store);
    }

    internal void Note(OktaExchange exchange)
    {
        if (_options.KeepsCalls)
        {
            lock (_gate)
                _calls.Add(exchange);
        }

        _options.Observe?.Invoke(exchange);
    }

    internal void Put(OktaStore store, OktaUserRow user)
    {
        FallBehind(store, user.Id, store.Users.GetValueOrDefault(user.Id));
        store.Users[user.Id] = user;
    }

    internal void Put(OktaStore store, OktaGroupRow group)
    {
        FallBehind(store, group.Id, store.Groups.GetValueOrDefault(group.Id));
        store.Groups[group.Id] = group;
    }

    /// <summary>Counts a creation that is no pretence.</summary>
    internal void CountCreate(OktaStore store, string login)
    {
        if (store == _store)
            _creates[login] = _creates.GetValueOrDefault(login) + 1;
    }

    /// <summary>What a search sees of these.</summary>
    internal IEnumerable<T> Indexed<T>(OktaStore store, IEnumerable<T> rows, Func<T, string> id)
        where T : class
    {
        var seen = new List<T>();
        foreach (var row in rows)
        {
            if (!store.Behind.TryGetValue(id(row), out var behind))
            {
                seen.Add(row);
                continue;
            }

            if (behind.Row is T old)
                seen.Add(old);
            if (behind.Left > 1)
                store.Behind[id(row)] = (behind.Row, behind.Left - 1);
            else
                store.Behind.Remove(id(row));
        }

        return seen;
    }

    /// <summary>A page, with links as Okta writes them: each in a header of its own.</summary>
    internal OktaReply Page<T>(OktaRequest request, IEnumerable<T> rows, Func<T, JsonObject> json)
    {
        var all = rows.ToList();
        var from = int.TryParse(request.Parameter("after")?.TrimStart('c'), NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : 0;
        var asked = int.TryParse(request.Parameter("limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : Settings.MaxPageSize;
        var size = Math.Clamp(asked, 1, Settings.MaxPageSize);
        var page = new JsonArray([.. all.Skip(from).Take(size).Select(row => (JsonNode)json(row))]);
        var query = string.Concat(request.Query.Where(q => q.Key != "after").Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value.ToString())}&"));
        List<(string, string)> links = [("Link", $"<{request.Address}?{query.TrimEnd('&')}>; rel=\"self\"")];
        if (from + size < all.Count)
            links.Add(("Link", $"<{request.Address}?{query}after=c{from + size}>; rel=\"next\""));
        return OktaReply.Of(page) with { Headers = links };
    }

    private void FallBehind(OktaStore store, string id, object? before)
    {
        if (Settings.SearchesBehind > 0)
            store.Behind[id] = (before, Settings.SearchesBehind);
    }
}
