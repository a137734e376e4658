using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>Accounts of an invented person.</summary>
internal static class OktaAccounts
{
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    public const string Key = "8c1f6a0e-2f54-4b0c-9d57-0c5d3e1f2a11";

    public static DesiredAccount User(string userName = "mira.holt@corp.example", string? employeeNumber = null, bool active = true, string? manager = null)
    {
        var enterprise = new JsonObject { ["department"] = "Sales" };
        if (employeeNumber is not null)
            enterprise["employeeNumber"] = employeeNumber;
        if (manager is not null)
            enterprise["manager"] = new JsonObject { ["value"] = manager };
        return new DesiredAccount(AccountKind.User, Key, active, new JsonObject
        {
            ["userName"] = userName,
            ["name"] = new JsonObject { ["givenName"] = "Mira", ["familyName"] = "Holt" },
            ["displayName"] = "Mira Holt",
            ["emails"] = new JsonArray(
                new JsonObject { ["value"] = "mira@home.example", ["type"] = "home" },
                new JsonObject { ["value"] = "mira.holt@corp.example", ["type"] = "work", ["primary"] = true }),
            ["phoneNumbers"] = new JsonArray(
                new JsonObject { ["value"] = "+45 1", ["type"] = "work" }, new JsonObject { ["value"] = "+45 2", ["type"] = "mobile" }),
            [Enterprise] = enterprise,
        });
    }

    public static DesiredAccount Group(string name = "Sales") =>
        new(AccountKind.Group, Key, Active: true, new JsonObject { ["displayName"] = name });

    public static AttributeChange Title(string? title) => new(null, "title", title);

    public static string Profile(string? key = null, string? employeeNumber = null, string login = "mira.holt@corp.example", string email = "mira.holt@corp.example")
    {
        var profile = new JsonObject { ["login"] = login, ["email"] = email, ["firstName"] = "Mira", ["lastName"] = "Holt" };
        if (key is not null)
            profile["scimBridgeId"] = key;
        if (employeeNumber is not null)
            profile["employeeNumber"] = employeeNumber;
        return profile.ToJsonString();
    }
}
