using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>Users, their lifecycle and the links between them.</summary>
internal sealed class OktaUsersApi(OktaState state)
{
    private static readonly string[] Known =
    [
        "login", "email", "secondEmail", "firstName", "lastName", "middleName", "honorificPrefix", "honorificSuffix", "displayName", "nickName",
        "profileUrl", "title", "userType", "preferredLanguage", "locale", "timezone", "primaryPhone", "mobilePhone", "streetAddress", "city", "state",
        "zipCode", "countryCode", "postalAddress", "employeeNumber", "costCenter", "organization", "division", "department", "manager", "managerId",
    ];

    private static readonly string[] Required = ["login", "email", "firstName", "lastName"];

    public OktaReply Answer(OktaRequest request, OktaStore store) => (request.Method, request.Segments[3..]) switch
    {
        ("GET", []) => List(request, store),
        ("POST", []) => Create(request, store),
        (_, [var id, ..]) when Find(store, id) is not { } => OktaReply.NotFound(id, "User"),
        ("GET", [var id]) => Get(request, store, Find(store, id)!),
        ("POST", [var id]) => Update(request, store, Find(store, id)!),
        ("DELETE", [var id]) => Delete(store, Find(store, id)!),
        ("POST", [var id, "lifecycle", var verb]) => Move(request, store, Find(store, id)!, verb),
        (_, [var id, "linkedObjects", var relationship, ..]) when !state.Settings.Relationships.Contains(relationship) =>
            OktaReply.NotFound(relationship, "LinkedObjectDefinition"),
        ("GET", [var id, "linkedObjects", var relationship]) => Links(request, store, Find(store, id)!, relationship),
        ("DELETE", [var id, "linkedObjects", var relationship]) => Unlink(store, Find(store, id)!, relationship),
        ("PUT", [var id, "linkedObjects", var relationship, var primary]) => Link(store, Find(store, id)!, relationship, primary),
        _ => OktaReply.Error(405, "E0000022", "The endpoint does not support the provided HTTP method"),
    };

    public static JsonObject Json(OktaUserRow user, string baseUrl)
    {
        var json = new JsonObject
        {
            ["id"] = user.Id,
            ["status"] = user.Status,
            ["created"] = Time(user.Created),
            ["activated"] = user.Status == "STAGED" ? null : Time(user.Created),
            ["statusChanged"] = Time(user.Updated),
            ["lastLogin"] = null,
            ["lastUpdated"] = Time(user.Updated),
            ["passwordChanged"] = null,
            ["type"] = new JsonObject { ["id"] = "otysbePhQ3yqt4cVv0g3" },
            ["profile"] = user.Profile.DeepClone(),
            ["credentials"] = new JsonObject { ["provider"] = new JsonObject { ["type"] = "OKTA", ["name"] = "OKTA" } },
            ["_links"] = new JsonObject { ["self"] = new JsonObject { ["href"] = $"{baseUrl}/api/v1/users/{user.Id}" } },
        };
        if (user.ReadsLeft is not null)
            json["transitioningToStatus"] = "DEPROVISIONED";
        return json;
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static OktaUserRow? Find(OktaStore store, string idOrLogin) => store.Users.GetValueOrDefault(idOrLogin)
        ?? store.Users.Values.FirstOrDefault(u => string.Equals((string?)u.Profile["login"], idOrLogin, StringComparison.OrdinalIgnoreCase));

    private static string? Value(OktaUserRow user, string path) => path switch
    {
        "id" => user.Id,
        "status" => user.Status,
        "lastUpdated" => Time(user.Updated),
        _ when path.StartsWith("profile.", StringComparison.Ordinal) => user.Profile[path["profile.".Length..]]?.ToString(),
        _ => null,
    };

    private OktaReply List(OktaRequest request, OktaStore store)
    {
        if (request.Parameter("search") is { } search)
        {
            return OktaFilter.Parse(search, isSearch: true) is { } matches
                ? state.Page(
                    request, state.Indexed(store, store.Users.Values, u => u.Id).Where(u => matches(path => Value(u, path))), u => Json(u, request.BaseUrl))
                : OktaReply.Error(400, "E0000031", "Invalid search criteria.");
        }

        if (request.Parameter("filter") is { } filter)
        {
            return OktaFilter.Parse(filter, isSearch: false) is { } matches
                ? state.Page(request, store.Users.Values.Where(u => matches(path => Value(u, path))), u => Json(u, request.BaseUrl))
                : OktaReply.Error(400, "E0000031", "Invalid search criteria.");
        }

        return state.Page(request, store.Users.Values.Where(u => u.Status != "DEPROVISIONED"), u => Json(u, request.BaseUrl));
    }

    private OktaReply Create(OktaRequest request, OktaStore store)
    {
        if (request.Profile() is not { } profile)
            return OktaReply.Error(400, "E0000003", "The request body was not well-formed.");
        if (Fault(store, profile, self: null) is { } fault)
            return fault;
        Clean(profile);
        var status = request.Parameter("activate") == "false" ? "STAGED" : "PROVISIONED";
        var user = new OktaUserRow("00u" + OktaIds.Tail(), status, profile, state.Now, state.Now);
        state.Put(store, user);
        state.CountCreate(store, (string)profile["login"]!);
        return OktaReply.Of(Json(user, request.BaseUrl));
    }

    private OktaReply Get(OktaRequest request, OktaStore store, OktaUserRow user)
    {
        var reply = OktaReply.Of(Json(user, request.BaseUrl));
        if (user.ReadsLeft is { } left)
            store.Users[user.Id] = left > 1 ? user with { ReadsLeft = left - 1 } : user with { ReadsLeft = null, Status = "DEPROVISIONED" };
        return reply;
    }

    private OktaReply Update(OktaRequest request, OktaStore store, OktaUserRow user)
    {
        // https://github.com/okta/okta-sdk-java/issues/721
        if (user.Status == "DEPROVISIONED")
            return OktaReply.NotFound(user.Id, "User");
        if (request.Profile() is not { } changes)
            return OktaReply.Error(400, "E0000003", "The request body was not well-formed.");
        var profile = (JsonObject)user.Profile.DeepClone();
        foreach (var (name, value) in changes)
            profile[name] = value?.DeepClone();
        if (Fault(store, profile, user) is { } fault)
            return fault;
        Clean(profile);
        var changed = user with { Profile = profile, Updated = state.Now };
        state.Put(store, changed);
        return OktaReply.Of(Json(changed, request.BaseUrl));
    }

    private OktaReply Delete(OktaStore store, OktaUserRow user)
    {
        if (user.Status != "DEPROVISIONED")
        {
            Deactivate(store, user);
            return OktaReply.Empty(204);
        }

        store.Users.Remove(user.Id);
        store.Members.RemoveWhere(m => m.User == user.Id);
        store.Held.Forget(user.Id);
        foreach (var link in store.Links.Where(l => l.Key.User == user.Id || l.Value == user.Id).Select(l => l.Key).ToList())
            store.Links.Remove(link);
        return OktaReply.Empty(204);
    }

    private OktaReply Move(OktaRequest request, OktaStore store, OktaUserRow user, string verb)
    {
        switch (verb, user.Status)
        {
            case (_, _) when user.ReadsLeft is not null:
                return OktaReply.Error(409, "E0000112", "Unable to update the user because the user is transitioning.");
            case ("activate", "STAGED" or "DEPROVISIONED"):
            case ("reactivate", "PROVISIONED" or "RECOVERY"):
                state.Put(store, user with { Status = "PROVISIONED", Updated = state.Now });
                return OktaReply.Of(request.Parameter("sendEmail") == "false"
                    ? new JsonObject { ["activationUrl"] = request.BaseUrl + "/welcome/XE6wE17zmphl3KqAPFxO", ["activationToken"] = "XE6wE17zmphl3KqAPFxO" }
                    : []);
            case ("activate" or "reactivate", _):
                return OktaReply.Error(403, "E0000016", "Activation failed because the user is already active");
            case ("deactivate", "DEPROVISIONED"):
                return OktaReply.NotFound(user.Id, "User");
            case ("deactivate", _):
                Deactivate(store, user);
                return OktaReply.Of(new JsonObject());
            case ("suspend", "ACTIVE"):
                state.Put(store, user with { Status = "SUSPENDED", Updated = state.Now });
                return OktaReply.Of(new JsonObject());
            case ("suspend", _):
                return OktaReply.Invalid("suspendUser", "Cannot suspend a user that is not active");
            case ("unsuspend", "SUSPENDED"):
                state.Put(store, user with { Status = "ACTIVE", Updated = state.Now });
                return OktaReply.Of(new JsonObject());
            case ("unsuspend", _):
                return OktaReply.Invalid("unsuspendUser", "Cannot unsuspend a user that is not suspended");
            default:
                return OktaReply.Error(405, "E0000022", "The endpoint does not support the provided HTTP method");
        }
    }

    /// <summary>The user goes on being read as before, in transition, for as long as the switch says; memberships stay.</summary>
    private void Deactivate(OktaStore store, OktaUserRow user)
    {
        store.Held.EndSignIns(user.Id);
        state.Put(
            store,
            state.Settings.ReadsPerDeactivation > 0
                ? user with { ReadsLeft = state.Settings.ReadsPerDeactivation, Updated = state.Now }
                : user with { Status = "DEPROVISIONED", Updated = state.Now });
    }

    private static OktaReply Links(OktaRequest request, OktaStore store, OktaUserRow user, string relationship)
    {
        var links = new JsonArray();
        if (store.Links.TryGetValue((relationship, user.Id), out var primary))
            links.Add(new JsonObject { ["_links"] = new JsonObject { ["self"] = new JsonObject { ["href"] = $"{request.BaseUrl}/api/v1/users/{primary}" } } });
        return OktaReply.Of(links);
    }

    private static OktaReply Link(OktaStore store, OktaUserRow user, string relationship, string primary)
    {
        if (!store.Users.ContainsKey(primary))
            return OktaReply.NotFound(primary, "User");
        store.Links[(relationship, user.Id)] = primary;
        return OktaReply.Empty(204);
    }

    private static OktaReply Unlink(OktaStore store, OktaUserRow user, string relationship)
    {
        store.Links.Remove((relationship, user.Id));
        return OktaReply.Empty(204);
    }

    private OktaReply? Fault(OktaStore store, JsonObject profile, OktaUserRow? self)
    {
        var custom = state.Settings.UserAttributes;
        if (profile.FirstOrDefault(p => !Known.Contains(p.Key) && !custom.Contains(p.Key)).Key is { } unknown)
            return OktaReply.Invalid(unknown, $"{unknown}: Property is not defined in the profile");
        foreach (var name in Required)
        {
            if (string.IsNullOrEmpty((string?)profile[name]))
                return OktaReply.Invalid(name, $"{name}: The field cannot be left blank");
        }

        if (!((string?)profile["login"])!.Contains('@', StringComparison.Ordinal))
            return OktaReply.Invalid("login", "login: Username must be in the form of an email address");
        if (!((string?)profile["email"])!.Contains('@', StringComparison.Ordinal))
            return OktaReply.Invalid("email", "email: Does not match required pattern");
        // What a user has already is nobody else's.
        return custom.Prepend("login").FirstOrDefault(name => profile[name] is { } value && self?.Profile[name]?.ToString() != value.ToString() && store.Users.Values.Any(
            other => other.Id != self?.Id && string.Equals(other.Profile[name]?.ToString(), value.ToString(), StringComparison.OrdinalIgnoreCase))) is { } taken
            ? OktaReply.Taken(taken)
            : null;
    }

    private static void Clean(JsonObject profile)
    {
        foreach (var empty in profile.Where(p => p.Value is null).Select(p => p.Key).ToList())
            profile.Remove(empty);
    }
}
