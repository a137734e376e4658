using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Graph.Models;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// SCIM attributes and the properties of a user in Graph, both ways. <c>otherMails</c> is left alone: it is where an account is recovered
/// through. <see href="https://learn.microsoft.com/en-us/graph/api/resources/user#properties"/>
/// </summary>
internal sealed class EntraProfile
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private const string UserPrincipalName = "userPrincipalName";

    private const string Exchange = "extensionAttribute";

    private static readonly ScimPath Manager = ScimPath.Parse(Enterprise + ":manager")!.Value;

    /// <summary>Every property that can be written, and where its value comes from unless a configuration says otherwise.</summary>
    private static readonly EntraProperty[] Properties =
    [
        EntraProperty.Text(UserPrincipalName, "userName", u => u.UserPrincipalName, (u, v) => u.UserPrincipalName = v, isRequired: true),
        EntraProperty.Text("displayName", "displayName", u => u.DisplayName, (u, v) => u.DisplayName = v, isRequired: true),
        EntraProperty.Text("givenName", "name.givenName", u => u.GivenName, (u, v) => u.GivenName = v),
        EntraProperty.Text("surname", "name.familyName", u => u.Surname, (u, v) => u.Surname = v),
        EntraProperty.Text("mail", "emails", u => u.Mail, (u, v) => u.Mail = v),
        EntraProperty.Text("jobTitle", "title", u => u.JobTitle, (u, v) => u.JobTitle = v),
        EntraProperty.Text("department", Enterprise + ":department", u => u.Department, (u, v) => u.Department = v),
        EntraProperty.Text("companyName", Enterprise + ":organization", u => u.CompanyName, (u, v) => u.CompanyName = v),
        EntraProperty.Text("employeeId", Enterprise + ":employeeNumber", u => u.EmployeeId, (u, v) => u.EmployeeId = v),
        EntraProperty.Text("employeeType", "userType", u => u.EmployeeType, (u, v) => u.EmployeeType = v),
        EntraProperty.Text("employeeOrgData/costCenter", Enterprise + ":costCenter", u => u.EmployeeOrgData?.CostCenter, (u, v) => OrgData(u).CostCenter = v),
        EntraProperty.Text("employeeOrgData/division", Enterprise + ":division", u => u.EmployeeOrgData?.Division, (u, v) => OrgData(u).Division = v),
        EntraProperty.Text("mobilePhone", "phoneNumbers[mobile]", u => u.MobilePhone, (u, v) => u.MobilePhone = v),
        EntraProperty.Text("businessPhones", "phoneNumbers[work]", u => u.BusinessPhones?.FirstOrDefault(), (u, v) => u.BusinessPhones = v is null ? [] : [v]),
        EntraProperty.Text("preferredLanguage", "preferredLanguage", u => u.PreferredLanguage, (u, v) => u.PreferredLanguage = v),
        EntraProperty.Text("streetAddress", "addresses[work].streetAddress", u => u.StreetAddress, (u, v) => u.StreetAddress = v),
        EntraProperty.Text("city", "addresses[work].locality", u => u.City, (u, v) => u.City = v),
        EntraProperty.Text("state", "addresses[work].region", u => u.State, (u, v) => u.State = v),
        EntraProperty.Text("postalCode", "addresses[work].postalCode", u => u.PostalCode, (u, v) => u.PostalCode = v),
        EntraProperty.Text("country", "addresses[work].country", u => u.Country, (u, v) => u.Country = v),

        // Licences are assigned by it. It cannot be cleared, and takes nothing but the two letters of ISO 3166.
        new(
            "usageLocation",
            "addresses[work].country",
            _ => null,
            (u, v) => u.UsageLocation = v,
            v => v is { Length: 2 } && v.All(char.IsAsciiLetter),
            IsRequired: true),
        EntraProperty.Text("officeLocation", null, u => u.OfficeLocation, (u, v) => u.OfficeLocation = v),
        EntraProperty.Text("faxNumber", null, u => u.FaxNumber, (u, v) => u.FaxNumber = v),
        EntraProperty.Text("onPremisesImmutableId", null, u => u.OnPremisesImmutableId, (u, v) => u.OnPremisesImmutableId = v),
        EntraProperty.Date("employeeHireDate", u => u.EmployeeHireDate, (u, v) => u.EmployeeHireDate = v),
        EntraProperty.Date("employeeLeaveDateTime", u => u.EmployeeLeaveDateTime, (u, v) => u.EmployeeLeaveDateTime = v),
    ];

    private readonly List<Mapped> _mapped;
    private readonly string? _suffix;
    private readonly bool _hasManager;

    public EntraProfile(EntraTargetOptions options)
    {
        (_suffix, _hasManager) = (options.UserPrincipalNameSuffix, options.Manager);
        var paths = Properties.Where(p => p.Path is not null).ToDictionary(p => p.Name, p => p.Path!, StringComparer.Ordinal);
        foreach (var (name, path) in options.Profile)
            paths[name] = path;
        _mapped = [.. from pair in paths where pair.Value.Length > 0 let path = ScimPath.Parse(pair.Value)!.Value select new Mapped(PropertyOf(pair.Key)!, path)];
        Selected =
        [
            .. new[] { "id", "accountEnabled", "userType", "onPremisesSyncEnabled", "employeeId", "mail", UserPrincipalName }
                .Concat(_mapped.Select(m => m.Property.Name.StartsWith(Exchange, StringComparison.Ordinal) ? "onPremisesExtensionAttributes" : m.Property.Name.Split('/')[0]))
                .Append(new EntraKey(options.CorrelationAttribute!).Selected)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>What is asked for of a user.</summary>
    public string[] Selected { get; }

    public static IEnumerable<ConfigurationFault> Faults(EntraTargetOptions options)
    {
        foreach (var (name, path) in options.Profile)
        {
            var at = ConfigurationFault.Member("profile", name);
            if (PropertyOf(name) is not { } property || name == options.CorrelationAttribute)
                yield return new(at, "It is no property of a user that can be mapped.");
            else if (path.Length == 0 && property.Name is UserPrincipalName or "displayName")
                yield return new(at, "Microsoft Entra has no account without it.");
            else if (path.Length > 0 && ScimPath.Parse(path) is null)
                yield return new(at, "A SCIM path such as title, name.givenName, addresses[work].locality, or behind the URN of an extension.");
        }
    }

    /// <summary>A new user: what has no value is left out.</summary>
    public User Of(JsonObject attributes)
    {
        var user = new User();
        foreach (var (property, path) in _mapped)
        {
            if (Text(property, path.Read(Top(attributes, path))) is { } value)
                property.Write(user, value);
        }

        return user;
    }

    /// <summary>The properties that changes come to, and whether there are any; what is cleared is null.</summary>
    public (User User, bool IsEmpty) Of(IEnumerable<AttributeChange> changes)
    {
        var (user, isEmpty) = (new User(), true);
        foreach (var change in changes)
        {
            foreach (var (property, path) in _mapped)
            {
                if (!path.IsOf(change.Schema, change.Name))
                    continue;
                var value = Text(property, path.Read(change.Value));
                if (value is null && property.IsRequired)
                    continue;
                property.Write(user, value);
                isEmpty = false;
            }
        }

        return (user, isEmpty);
    }

    /// <summary>The SCIM attributes that a user comes to.</summary>
    public JsonObject Read(User user)
    {
        var attributes = new JsonObject();
        foreach (var (property, path) in _mapped)
        {
            if (property.Read(user) is { Length: > 0 } value)
                path.Write(attributes, property.Name == UserPrincipalName ? Short(value) : value);
        }

        if (_hasManager && user.Manager?.Id is { } manager)
            Manager.Write(attributes, manager);
        return attributes;
    }

    /// <summary>The manager that changes name: whether there is such a change, and whom it names.</summary>
    public (bool IsChanged, string? RemoteId) ManagerOf(IEnumerable<AttributeChange> changes)
    {
        foreach (var change in changes)
        {
            if (_hasManager && Manager.IsOf(change.Schema, change.Name))
                return (true, Manager.Read(change.Value)?.ToString());
        }

        return (false, null);
    }

    /// <summary>The manager that an account is to have.</summary>
    public string? ManagerOf(JsonObject attributes) => _hasManager ? Manager.Read(Top(attributes, Manager))?.ToString() : null;

    /// <summary>The value of an extension: of a directory, or one of the fifteen of Exchange.</summary>
    public static string? ReadExtension(User user, string name)
    {
        if (!name.StartsWith(Exchange, StringComparison.Ordinal))
            return user.AdditionalData.TryGetValue(name, out var value) ? value as string : null;
        var all = user.OnPremisesExtensionAttributes;
        return name[Exchange.Length..] switch
        {
            "1" => all?.ExtensionAttribute1,
            "2" => all?.ExtensionAttribute2,
            "3" => all?.ExtensionAttribute3,
            "4" => all?.ExtensionAttribute4,
            "5" => all?.ExtensionAttribute5,
            "6" => all?.ExtensionAttribute6,
            "7" => all?.ExtensionAttribute7,
            "8" => all?.ExtensionAttribute8,
            "9" => all?.ExtensionAttribute9,
            "10" => all?.ExtensionAttribute10,
            "11" => all?.ExtensionAttribute11,
            "12" => all?.ExtensionAttribute12,
            "13" => all?.ExtensionAttribute13,
            "14" => all?.ExtensionAttribute14,
            _ => all?.ExtensionAttribute15,
        };
    }

    /// <summary>Writes it; null clears it.</summary>
    public static void WriteExtension(User user, string name, string? value)
    {
        if (name.StartsWith(Exchange, StringComparison.Ordinal))
            (user.OnPremisesExtensionAttributes ??= new OnPremisesExtensionAttributes()).AdditionalData[name] = value!;
        else
            user.AdditionalData[name] = value!;
    }

    private static EntraProperty? PropertyOf(string name) =>
        Array.Find(Properties, p => p.Name == name)
        ?? (EntraKey.IsPossible(name) ? EntraProperty.Text(name, null, u => ReadExtension(u, name), (u, v) => WriteExtension(u, name, v)) : null);

    private static EmployeeOrgData OrgData(User user) => user.EmployeeOrgData ??= new EmployeeOrgData();

    private static JsonNode? Top(JsonObject attributes, ScimPath path) =>
        path.Schema is null ? attributes[path.Name] : attributes[path.Schema]?[path.Name];

    /// <summary>The value as Graph takes it: Graph takes no empty texts.</summary>
    private string? Text(EntraProperty property, JsonNode? value)
    {
        var text = value?.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
        if (string.IsNullOrEmpty(text) || property.Accepts?.Invoke(text) == false)
            return null;
        return property.Name == UserPrincipalName && _suffix is not null && !text.Contains('@', StringComparison.Ordinal) ? text + _suffix : text;
    }

    private string Short(string name) =>
        _suffix is not null && name.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase) ? name[..^_suffix.Length] : name;

    private sealed record Mapped(EntraProperty Property, ScimPath Path);

    /// <summary>One property.</summary>
    /// <param name="Name">As Graph calls it; behind a slash, a part of it.</param>
    /// <param name="Path">Where its value comes from; null: from nowhere unless a configuration says so.</param>
    /// <param name="Read">Its value of a user.</param>
    /// <param name="Write">Sets or clears it.</param>
    /// <param name="Accepts">Which values it takes; others are left out.</param>
    /// <param name="IsRequired">It cannot be cleared.</param>
    private sealed record EntraProperty(
        string Name, string? Path, Func<User, string?> Read, Action<User, string?> Write, Func<string, bool>? Accepts = null, bool IsRequired = false)
    {
        public static EntraProperty Text(string name, string? path, Func<User, string?> read, Action<User, string?> write, bool isRequired = false) =>
            new(name, path, read, write, IsRequired: isRequired);

        public static EntraProperty Date(string name, Func<User, DateTimeOffset?> read, Action<User, DateTimeOffset?> write) => new(
            name,
            null,
            u => read(u)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            (u, v) => write(u, v is null ? null : DateTimeOffset.Parse(v, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
            v => DateTimeOffset.TryParse(v, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _));
    }
}
