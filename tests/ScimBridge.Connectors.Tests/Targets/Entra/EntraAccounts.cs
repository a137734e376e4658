using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>Accounts of an invented person.</summary>
internal static class EntraAccounts
{
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    public const string Key = "8c1f6a0e-2f54-4b0c-9d57-0c5d3e1f2a11";

    public static DesiredAccount User(string userName = "mira.holt@corp.example", string? employeeNumber = null, bool active = true, string? manager = null)
    {
        var enterprise = new JsonObject { ["department"] = "Sales", ["costCenter"] = "4410", ["division"] = "EU", ["organization"] = "Corp A/S" };
        if (employeeNumber is not null)
            enterprise["employeeNumber"] = employeeNumber;
        if (manager is not null)
            enterprise["manager"] = new JsonObject { ["value"] = manager };
        return new DesiredAccount(AccountKind.User, Key, active, new JsonObject
        {
            ["userName"] = userName,
            ["name"] = new JsonObject { ["givenName"] = "Mira", ["familyName"] = "Holt" },
            ["displayName"] = "Mira Holt",
            ["title"] = "Engineer",
            ["userType"] = "Employee",
            ["preferredLanguage"] = "da-DK",
            ["emails"] = new JsonArray(
                new JsonObject { ["value"] = "mira@home.example", ["type"] = "home" },
                new JsonObject { ["value"] = "mira.holt@corp.example", ["type"] = "work", ["primary"] = true }),
            ["phoneNumbers"] = new JsonArray(
                new JsonObject { ["value"] = "+45 1", ["type"] = "work" }, new JsonObject { ["value"] = "+45 2", ["type"] = "mobile" }),
            ["addresses"] = new JsonArray(new JsonObject { ["type"] = "work", ["locality"] = "Aarhus", ["country"] = "DK" }),
            [Enterprise] = enterprise,
        });
    }

    public static DesiredAccount Group(string name = "Sales", string key = Key) =>
        new(AccountKind.Group, key, Active: true, new JsonObject { ["displayName"] = name });

    public static AttributeChange Title(string? title) => new(null, "title", title);

    public static AttributeChange Manager(string? id) => new(Enterprise, "manager", id is null ? null : new JsonObject { ["value"] = id });

    /// <summary>A user as the tenant has one.</summary>
    public static string Existing(
        string? key = null, string? employeeId = null, string name = "mira.holt@corp.example", string? mail = null, string extra = "{}")
    {
        var user = new JsonObject { ["userPrincipalName"] = name, ["displayName"] = "Mira Holt", ["mailNickname"] = "mira", ["accountEnabled"] = true, ["userType"] = "Member" };
        if (key is not null)
            user[EntraTenant.Extension] = key;
        if (employeeId is not null)
            user["employeeId"] = employeeId;
        if (mail is not null)
            user["mail"] = mail;
        foreach (var (property, value) in JsonNode.Parse(extra)!.AsObject())
            user[property] = value?.DeepClone();
        return user.ToJsonString();
    }
}
