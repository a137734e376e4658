using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// SCIM attributes and Okta's profile, both ways. <c>secondEmail</c> is left alone: it is where an account is recovered through.
/// <see href="https://developer.okta.com/docs/concepts/user-profiles/"/>
/// </summary>
internal sealed partial class OktaProfile
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private const string ManagerId = "managerId";

    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["login"] = "userName",
        ["email"] = "emails",
        ["firstName"] = "name.givenName",
        ["middleName"] = "name.middleName",
        ["lastName"] = "name.familyName",
        ["honorificPrefix"] = "name.honorificPrefix",
        ["honorificSuffix"] = "name.honorificSuffix",
        ["displayName"] = "displayName",
        ["nickName"] = "nickName",
        ["profileUrl"] = "profileUrl",
        ["title"] = "title",
        ["userType"] = "userType",
        ["preferredLanguage"] = "preferredLanguage",
        ["locale"] = "locale",
        ["timezone"] = "timezone",
        ["primaryPhone"] = "phoneNumbers[work]",
        ["mobilePhone"] = "phoneNumbers[mobile]",
        ["streetAddress"] = "addresses[work].streetAddress",
        ["city"] = "addresses[work].locality",
        ["state"] = "addresses[work].region",
        ["zipCode"] = "addresses[work].postalCode",
        ["countryCode"] = "addresses[work].country",
        ["employeeNumber"] = Enterprise + ":employeeNumber",
        ["costCenter"] = Enterprise + ":costCenter",
        ["organization"] = Enterprise + ":organization",
        ["division"] = Enterprise + ":division",
        ["department"] = Enterprise + ":department",
        [ManagerId] = Enterprise + ":manager",
    };

    private readonly List<Mapped> _mapped;
    private readonly string? _loginSuffix;

    public OktaProfile(OktaTargetOptions options)
    {
        _loginSuffix = options.LoginSuffix;
        var paths = new Dictionary<string, string>(Defaults, StringComparer.Ordinal);
        foreach (var (attribute, path) in options.Profile)
            paths[attribute] = path;
        if (options.Manager != OktaManager.Profile)
            paths.Remove(ManagerId);
        _mapped = [.. from pair in paths where pair.Value.Length > 0 let path = ScimPath.Parse(pair.Value)!.Value select new Mapped(pair.Key, path)];
    }

    public static IEnumerable<ConfigurationFault> Faults(OktaTargetOptions options)
    {
        foreach (var (attribute, path) in options.Profile)
        {
            var at = ConfigurationFault.Member("profile", attribute);
            if (!AttributeName().IsMatch(attribute) || attribute == options.CorrelationAttribute)
                yield return new(at, "It is no attribute of a profile that can be mapped.");
            else if (path.Length == 0 && attribute is "login")
                yield return new(at, "Okta has no account without it.");
            else if (path.Length > 0 && ScimPath.Parse(path) is null)
                yield return new(at, "A SCIM path such as title, name.givenName, addresses[work].locality, or behind the URN of an extension.");
        }
    }

    /// <summary>The profile of a new account: what has no value is left out.</summary>
    public JsonObject Of(JsonObject attributes)
    {
        var profile = new JsonObject();
        foreach (var (name, path) in _mapped)
        {
            if (Written(name, path.Read(Top(attributes, path))) is { } value)
                profile[name] = value;
        }

        return profile;
    }

    /// <summary>The profile attributes that changes come to; what is cleared is null.</summary>
    public JsonObject Of(IEnumerable<AttributeChange> changes)
    {
        var profile = new JsonObject();
        foreach (var change in changes)
        {
            foreach (var (name, path) in _mapped)
            {
                if (path.IsOf(change.Schema, change.Name))
                    profile[name] = Written(name, path.Read(change.Value));
            }
        }

        return profile;
    }

    /// <summary>The SCIM attributes that a profile comes to.</summary>
    public JsonObject Read(JsonObject profile)
    {
        var attributes = new JsonObject();
        foreach (var (name, path) in _mapped)
        {
            if (profile[name] is { } value && value.GetValueKind() is not JsonValueKind.Null)
                path.Write(attributes, name == "login" ? Short(value) : value.DeepClone());
        }

        return attributes;
    }

    /// <summary>The relationship's or the profile's manager that changes name: whether there is such a change, and whom it names.</summary>
    public static (bool IsChanged, string? RemoteId) ManagerOf(IEnumerable<AttributeChange> changes)
    {
        var path = ScimPath.Parse(Defaults[ManagerId])!.Value;
        foreach (var change in changes)
        {
            if (path.IsOf(change.Schema, change.Name))
                return (true, path.Read(change.Value)?.ToString());
        }

        return (false, null);
    }

    /// <summary>The manager that an account is to have.</summary>
    public static string? ManagerOf(JsonObject attributes)
    {
        var path = ScimPath.Parse(Defaults[ManagerId])!.Value;
        return path.Read(Top(attributes, path))?.ToString();
    }

    /// <summary>What is no part of a profile, and so of no list of users: the manager, where a linked object names it.</summary>
    public static IReadOnlyList<AttributeName> Unlisted { get; } = [new(Enterprise, "manager")];

    /// <summary>Puts a manager into attributes.</summary>
    public static void WriteManager(JsonObject attributes, string remoteId) =>
        ScimPath.Parse(Defaults[ManagerId])!.Value.Write(attributes, JsonValue.Create(remoteId));

    private static JsonNode? Top(JsonObject attributes, ScimPath path) =>
        path.Schema is null ? attributes[path.Name] : attributes[path.Schema]?[path.Name];

    private JsonNode? Written(string name, JsonNode? value) =>
        name == "login" && _loginSuffix is not null && value is not null && value.ToString() is var login && !login.Contains('@', StringComparison.Ordinal)
            ? login + _loginSuffix
            : value;

    private JsonNode Short(JsonNode login) =>
        _loginSuffix is not null && login.ToString() is var text && text.EndsWith(_loginSuffix, StringComparison.OrdinalIgnoreCase)
            ? text[..^_loginSuffix.Length]
            : login.DeepClone();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,99}$", RegexOptions.NonBacktracking)]
    private static partial Regex AttributeName();

    private sealed record Mapped(string Name, ScimPath Path);
}
