using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>Groups, their members and the rules that fill them.</summary>
internal sealed class OktaGroupsApi(OktaState state)
{
    public OktaReply Answer(OktaRequest request, OktaStore store) => (request.Method, request.Segments[3..]) switch
    {
        ("GET", []) => List(request, store),
        ("POST", []) => Create(request, store),
        ("GET", ["rules"]) => Rules(request, store),
        (_, [var id, ..]) when !store.Groups.ContainsKey(id) => OktaReply.NotFound(id, "UserGroup"),
        ("GET", [var id]) => OktaReply.Of(Json(store.Groups[id], request.BaseUrl)),
        ("PUT", [var id]) => Replace(request, store, store.Groups[id]),
        ("DELETE", [var id]) => Delete(store, store.Groups[id]),
        ("GET", [var id, "users"]) => state.Page(
            request, store.Users.Values.Where(u => store.Members.Contains((id, u.Id))), u => OktaUsersApi.Json(u, request.BaseUrl)),
        ("PUT" or "DELETE", [var id, "users", var user]) => Change(request.Method, store, store.Groups[id], user),
        _ => OktaReply.Error(405, "E0000022", "The endpoint does not support the provided HTTP method"),
    };

    public static JsonObject Json(OktaGroupRow group, string baseUrl) => new()
    {
        ["id"] = group.Id,
        ["created"] = OktaUsersApi.Time(group.Created),
        ["lastUpdated"] = OktaUsersApi.Time(group.Updated),
        ["lastMembershipUpdated"] = OktaUsersApi.Time(group.MembersUpdated ?? group.Created),
        ["objectClass"] = new JsonArray("okta:user_group"),
        ["type"] = group.Type,
        ["profile"] = group.Profile.DeepClone(),
        ["_links"] = new JsonObject { ["users"] = new JsonObject { ["href"] = $"{baseUrl}/api/v1/groups/{group.Id}/users" } },
    };

    private static string? Value(OktaGroupRow group, string path) => path switch
    {
        "id" => group.Id,
        "type" => group.Type,
        "lastUpdated" => OktaUsersApi.Time(group.Updated),
        "lastMembershipUpdated" => OktaUsersApi.Time(group.MembersUpdated ?? group.Created),
        _ when path.StartsWith("profile.", StringComparison.Ordinal) => group.Profile[path["profile.".Length..]]?.ToString(),
        _ => null,
    };

    private OktaReply List(OktaRequest request, OktaStore store)
    {
        var text = request.Parameter("search") ?? request.Parameter("filter");
        if (text is null)
            return state.Page(request, store.Groups.Values, g => Json(g, request.BaseUrl));
        return OktaFilter.Parse(text, isSearch: request.Parameter("search") is not null) is { } matches
            ? state.Page(
                request, state.Indexed(store, store.Groups.Values, g => g.Id).Where(g => matches(path => Value(g, path))), g => Json(g, request.BaseUrl))
            : OktaReply.Error(400, "E0000031", "Invalid search criteria.");
    }

    private OktaReply Create(OktaRequest request, OktaStore store)
    {
        if (request.Profile() is not { } profile)
            return OktaReply.Error(400, "E0000003", "The request body was not well-formed.");
        if (Fault(store, profile, self: null) is { } fault)
            return fault;
        var group = new OktaGroupRow("00g" + OktaIds.Tail(), "OKTA_GROUP", profile, state.Now, state.Now);
        state.Put(store, group);
        return OktaReply.Of(Json(group, request.BaseUrl));
    }

    private OktaReply Replace(OktaRequest request, OktaStore store, OktaGroupRow group)
    {
        if (group.Type != "OKTA_GROUP")
            return OktaReply.Error(403, "E0000038", "This operation is not allowed in the current state of the group");
        if (request.Profile() is not { } profile)
            return OktaReply.Error(400, "E0000003", "The request body was not well-formed.");
        if (Fault(store, profile, group) is { } fault)
            return fault;
        var changed = group with { Profile = profile, Updated = state.Now };
        state.Put(store, changed);
        return OktaReply.Of(Json(changed, request.BaseUrl));
    }

    private static OktaReply Delete(OktaStore store, OktaGroupRow group)
    {
        if (group.Type != "OKTA_GROUP")
            return OktaReply.Error(403, "E0000038", "This operation is not allowed in the current state of the group");
        store.Groups.Remove(group.Id);
        store.Members.RemoveWhere(m => m.Group == group.Id);
        return OktaReply.Empty(204);
    }

    private OktaReply Change(string method, OktaStore store, OktaGroupRow group, string user)
    {
        if (!store.Users.ContainsKey(user))
            return OktaReply.NotFound(user, "User");
        if (group.Type != "OKTA_GROUP")
            return OktaReply.Error(403, "E0000038", "This operation is not allowed in the current state of the group");
        if (method == "PUT")
            store.Members.Add((group.Id, user));
        else
            store.Members.Remove((group.Id, user));
        store.Groups[group.Id] = group with { MembersUpdated = state.Now };
        return OktaReply.Empty(204);
    }

    private OktaReply Rules(OktaRequest request, OktaStore store) => state.Page(
        request,
        store.Rules,
        rule => new JsonObject
        {
            ["type"] = "group_rule",
            ["id"] = rule.Id,
            ["status"] = rule.Status,
            ["name"] = rule.Name,
            ["conditions"] = new JsonObject
            {
                ["expression"] = new JsonObject { ["value"] = "user.department==\"Sales\"", ["type"] = "urn:okta:expression:1.0" },
            },
            ["actions"] = new JsonObject { ["assignUserToGroups"] = new JsonObject { ["groupIds"] = new JsonArray(rule.GroupId) } },
        });

    private OktaReply? Fault(OktaStore store, JsonObject profile, OktaGroupRow? self)
    {
        if (profile.FirstOrDefault(p => p.Key is not ("name" or "description") && !state.Settings.GroupAttributes.Contains(p.Key)).Key is { } unknown)
            return OktaReply.Invalid(unknown, $"{unknown}: Property is not defined in the profile");
        var name = (string?)profile["name"];
        if (string.IsNullOrEmpty(name))
            return OktaReply.Invalid("name", "name: The field cannot be left blank");
        return store.Groups.Values.Any(g => g.Id != self?.Id && g.Type == "OKTA_GROUP" && string.Equals((string?)g.Profile["name"], name, StringComparison.OrdinalIgnoreCase))
            ? OktaReply.Taken("name")
            : null;
    }
}
