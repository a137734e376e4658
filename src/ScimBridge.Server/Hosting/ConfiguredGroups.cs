using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Hosting;

/// <summary>Reads rules of groups: those of the configuration, and those that are in force, which the database keeps.</summary>
public static class ConfiguredGroups
{
    private const int LongestLife = 36_500;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The same language as for clients, and that an attribute of an extension needs no URN where its name is plain.
    private static readonly ClientProfile Profile = ClientProfile.Strict.With(UnqualifiedExtensionNames.Quirk);

    /// <summary>The rules as one text, in which the order of keys does not matter; empty for what the product does by itself.</summary>
    public static string Text(IReadOnlyDictionary<string, GroupOptions>? groups)
    {
        if (groups is null)
            return "";
        var json = new JsonObject();
        foreach (var (key, options) in groups.OrderBy(g => g.Key, StringComparer.Ordinal))
            json[key] = JsonSerializer.SerializeToNode(options, StrictJson.Options);
        return json.ToJsonString(Readable);
    }

    /// <summary>The rules of such a text. One that cannot be read any more is noted as that.</summary>
    public static GroupRules Read(string text, SchemaCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return GroupRules.Default;
        var rules = new List<IGroupRule>();
        var unreadable = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, json) in JsonNode.Parse(text)!.AsObject())
        {
            var faults = new List<ConfigurationFault>();
            var options = (GroupOptions?)StrictJson.Read(json, typeof(GroupOptions), key, faults);
            if (options is not null && Rule(key, options, key, catalog, faults) is { } rule)
                rules.Add(rule);
            else
                unreadable.Add(key);
        }

        return new GroupRules(rules, unreadable);
    }

    /// <summary>Adds everything that is wrong with the rules, each fault with its path, the column in the expression, and a hint.</summary>
    internal static void Check(IReadOnlyDictionary<string, GroupOptions>? groups, SchemaCatalog catalog, List<ConfigurationFault> faults)
    {
        foreach (var (key, options) in groups ?? new Dictionary<string, GroupOptions>())
            Rule(key, options, StrictJson.Member("$.groups", key), catalog, faults);
    }

    internal static FilterRule? Rule(string key, GroupOptions options, string at, SchemaCatalog catalog, List<ConfigurationFault> faults)
    {
        var before = faults.Count;
        if (key.Length is 0 or > 40 || !key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            faults.Add(new(at, "a key has 1 to 40 of a-z, 0-9 and '-'."));
        var several = options.DisplayName.Contains(FilterRule.Value, StringComparison.Ordinal);
        if (string.IsNullOrWhiteSpace(options.DisplayName))
            faults.Add(new(at + ".displayName", "is required."));
        else if (options.Each is not null && !several)
            faults.Add(new(at + ".displayName", $"needs {FilterRule.Value}: without it all groups have the same name."));
        else if (options.Each is null && several)
            faults.Add(new(at + ".displayName", $"has {FilterRule.Value}, and there is one group: 'each' makes several."));
        if (options.Where is null && options.Each is null)
            faults.Add(new(at + ".where", "is required. Everybody is in a group with: userName pr"));
        if (options.UntilDays is < 1 or > LongestLife)
            faults.Add(new(at + ".untilDays", string.Create(CultureInfo.InvariantCulture, $"must be from 1 to {LongestLife}.")));
        var where = options.Where is null ? null : Parse(options.Where, at + ".where", catalog.User, faults);
        var each = options.Each is null ? null : PathOf(options.Each, at + ".each", catalog.User, faults);
        return faults.Count > before
            ? null
            : new FilterRule
            {
                Key = key,
                DisplayName = options.DisplayName,
                Where = where,
                Each = each,
                Class = new GroupClass(options.Privileged, options.Licence),
                Days = options.UntilDays,
            };
    }

    private static Filter? Parse(string text, string at, ResourceType user, List<ConfigurationFault> faults)
    {
        Filter filter;
        try
        {
            filter = FilterParser.Parse(text, user, Profile);
        }
        catch (ScimException e)
        {
            var position = e.Position ?? 0;
            faults.Add(Fault(at, position, e.Message, FilterHint.Of(text, position, user)));
            return null;
        }

        if (filter.Paths().FirstOrDefault(p => !IsOfBody(p, user)) is not { } absent)
            return filter;
        faults.Add(Fault(
            at,
            Math.Max(0, text.IndexOf(absent.Attribute.Name, StringComparison.OrdinalIgnoreCase)),
            $"{absent} is not known when groups are decided.",
            "A rule may speak of what is written of a user, not of what is made of it when it is shown."));
        return null;
    }

    private static AttributePath? PathOf(string text, string at, ResourceType user, List<ConfigurationFault> faults)
    {
        // The grammar of filters says what an attribute is; whatever else stands there makes it another filter.
        if (Parse(text + " pr", at, user, faults) is not { } filter)
            return null;
        if (filter is Present { Path: { IsMultiValued: false, Leaf.Type: AttributeType.String } path })
            return path;
        faults.Add(Fault(at, 0, $"'{text}' is no attribute with one text as its value.", "Name an attribute such as department, costCenter or userType."));
        return null;
    }

    private static bool IsOfBody(AttributePath path, ResourceType user) =>
        path.Attribute != CommonAttributes.Id && path.Attribute != CommonAttributes.Meta
        && path.Attribute.Name != user.Relation && !user.Derived.Contains(path.Attribute.Name, StringComparer.Ordinal)
        // The manager's name, and addresses of resources.
        && path.SubAttribute is not { IsReadOnly: true } && path.SubAttribute is not { Name: "$ref" };

    private static ConfigurationFault Fault(string at, int position, string what, string hint) =>
        new(at, string.Create(CultureInfo.InvariantCulture, $"column {position + 1}: {what} {hint}"));
}
