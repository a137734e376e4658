using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// What objects may have, how long it may be, and what is shown of it without being asked for.
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/user#properties"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/group#properties"/>
/// </summary>
internal static class GraphShapes
{
    private static readonly string[] UserDefaults =
    [
        "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage", "surname",
        "userPrincipalName", "id",
    ];

    private static readonly string[] GroupDefaults =
    [
        "id", "deletedDateTime", "createdDateTime", "description", "displayName", "groupTypes", "isAssignableToRole", "mail", "mailEnabled",
        "mailNickname", "membershipRule", "onPremisesSyncEnabled", "securityEnabled", "uniqueName", "visibility",
    ];

    private static readonly string[] ApplicationDefaults = ["id", "appId", "displayName", "createdDateTime", "passwordCredentials", "keyCredentials"];

    private static readonly string[] PrincipalDefaults =
    [
        "id", "appId", "displayName", "accountEnabled", "servicePrincipalType", "appOwnerOrganizationId", "passwordCredentials", "keyCredentials", "tags",
        "agentIdentityBlueprintId",
    ];

    private static readonly string[] DeviceDefaults = ["id", "deviceId", "displayName", "accountEnabled", "operatingSystem"];

    /// <summary>Texts of users, and the most characters that each takes.</summary>
    private static readonly Dictionary<string, int> UserTexts = new(StringComparer.Ordinal)
    {
        ["city"] = 128,
        ["companyName"] = 64,
        ["country"] = 128,
        ["department"] = 64,
        ["displayName"] = 256,
        ["employeeId"] = 16,
        ["employeeType"] = 256,
        ["faxNumber"] = 64,
        ["givenName"] = 64,
        ["jobTitle"] = 128,
        ["mail"] = 256,
        ["mailNickname"] = 64,
        ["mobilePhone"] = 64,
        ["officeLocation"] = 128,
        ["onPremisesImmutableId"] = 64,
        ["postalCode"] = 40,
        ["preferredLanguage"] = 32,
        ["state"] = 128,
        ["streetAddress"] = 1024,
        ["surname"] = 64,
        ["userPrincipalName"] = 113,
        ["userType"] = 32,
    };

    private static readonly string[] Lists = ["businessPhones", "otherMails", "groupTypes", "passwordCredentials", "keyCredentials", "tags"];

    private static readonly string[] UserOthers =
    [
        "accountEnabled", "ageGroup", "businessPhones", "employeeHireDate", "employeeLeaveDateTime", "employeeOrgData", "onPremisesExtensionAttributes",
        "otherMails", "passwordPolicies", "passwordProfile", "showInAddressList", "usageLocation",
    ];

    private static readonly string[] GroupTexts =
    [
        "description", "displayName", "groupTypes", "isAssignableToRole", "mailEnabled", "mailNickname", "securityEnabled", "uniqueName", "visibility",
        "membershipRule",
    ];

    /// <summary>The object as Graph shows it.</summary>
    public static JsonObject Show(GraphRow row, IReadOnlyList<string> select, bool withType = false)
    {
        var shown = new JsonObject();
        if (withType)
            shown["@odata.type"] = "#microsoft.graph." + row.Kind;
        foreach (var name in select.Count > 0 ? select : Defaults(row.Kind))
        {
            var value = name switch
            {
                "id" => row.Id,
                "createdDateTime" => row.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                "deletedDateTime" => row.Deleted?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                _ => row.Properties[name]?.DeepClone(),
            };

            // Extensions that have no value are not shown; the fifteen attributes of Exchange are, all of them.
            if (name.StartsWith("extension_", StringComparison.Ordinal) && value is null)
                continue;
            if (name == "onPremisesExtensionAttributes")
            {
                var all = new JsonObject();
                for (var i = 1; i <= 15; i++)
                    all[$"extensionAttribute{i}"] = value?[$"extensionAttribute{i}"]?.DeepClone();
                value = all;
            }

            shown[name] = Lists.Contains(name) ? value ?? new JsonArray() : value;
        }

        return shown;
    }

    /// <summary>What is wrong with the properties of a user, new or changed; null where nothing is.</summary>
    public static GraphReply? FaultOfUser(JsonObject changes, GraphSettings settings, IReadOnlyList<string> domains)
    {
        foreach (var (name, value) in changes)
        {
            if (name is "@odata.type" or "manager@odata.bind")
                continue;
            if (name.StartsWith("extension_", StringComparison.Ordinal))
            {
                if (!settings.Extensions.Contains(name))
                    return GraphReply.Bad($"The following extension properties are not available: {name}.");
                if (value is not null && (value.GetValueKind() != JsonValueKind.String || value.ToString().Length > 256))
                    return GraphReply.Invalid(name, "User");
                continue;
            }

            if (!UserTexts.ContainsKey(name) && !UserOthers.Contains(name))
                return GraphReply.Bad($"Property '{name}' does not exist on type 'microsoft.graph.user'.");
            if (!IsValid(name, value))
                return GraphReply.Invalid(name, "User");
        }

        if (changes["userPrincipalName"] is { } upn && !domains.Contains(upn.ToString().Split('@')[^1], StringComparer.OrdinalIgnoreCase))
        {
            return GraphReply.Error(
                400,
                "Request_BadRequest",
                "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.",
                ("InvalidValue", "userPrincipalName"));
        }

        return null;
    }

    /// <summary>What is wrong with the properties of a group; null where nothing is.</summary>
    public static GraphReply? FaultOfGroup(JsonObject changes)
    {
        foreach (var (name, value) in changes)
        {
            if (name is "@odata.type" || name.EndsWith("@odata.bind", StringComparison.Ordinal))
                continue;
            if (!GroupTexts.Contains(name))
                return GraphReply.Bad($"Property '{name}' does not exist on type 'microsoft.graph.group'.");
            if (name == "displayName" && value?.ToString() is not { Length: > 0 and <= 256 })
                return GraphReply.Invalid(name, "Group");
            if (name == "mailNickname" && !IsNickname(value?.ToString()))
                return GraphReply.Invalid(name, "Group");
        }

        return null;
    }

    private static string[] Defaults(string kind) => kind switch
    {
        "user" => UserDefaults,
        "group" => GroupDefaults,
        "application" => ApplicationDefaults,
        "device" => DeviceDefaults,
        _ => PrincipalDefaults,
    };

    private static bool IsValid(string name, JsonNode? value)
    {
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        return name switch
        {
            "accountEnabled" => kind is JsonValueKind.True or JsonValueKind.False,
            "businessPhones" => kind == JsonValueKind.Array && value!.AsArray().Count <= 1,
            "otherMails" => kind == JsonValueKind.Array,
            "usageLocation" => kind == JsonValueKind.String && value!.ToString() is { Length: 2 } country && country.All(char.IsAsciiLetter),
            "userPrincipalName" => kind == JsonValueKind.String && IsName(value!.ToString()),
            "displayName" or "mailNickname" => kind == JsonValueKind.String && value!.ToString() is { Length: > 0 } text && text.Length <= UserTexts[name],
            "employeeHireDate" or "employeeLeaveDateTime" => kind == JsonValueKind.Null
                || DateTimeOffset.TryParse(value!.ToString(), CultureInfo.InvariantCulture, out _),
            "employeeOrgData" or "onPremisesExtensionAttributes" or "passwordProfile" => kind is JsonValueKind.Null or JsonValueKind.Object,
            _ when UserTexts.TryGetValue(name, out var most) => kind == JsonValueKind.Null
                || (kind == JsonValueKind.String && value!.ToString() is { Length: > 0 } said && said.Length <= most),
            _ => true,
        };
    }

    private static bool IsNickname(string? text) =>
        text is { Length: > 0 and <= 64 } && !text.Any(c => c > 127 || "@()\\[]\";:<>, ".Contains(c, StringComparison.Ordinal));

    /// <summary>Letters without accents, digits and a few signs, then the domain.</summary>
    private static bool IsName(string upn)
    {
        var at = upn.LastIndexOf('@');
        return at > 0 && upn[..at].All(c => char.IsAsciiLetterOrDigit(c) || "'.-_!#^~".Contains(c, StringComparison.Ordinal));
    }
}
