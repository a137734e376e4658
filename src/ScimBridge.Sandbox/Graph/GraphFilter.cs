using System.Text.RegularExpressions;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// The part of <c>$filter</c> that asks for values: <c>employeeId eq '7' or displayName eq 'O''Neil'</c>. Which properties are indexed
/// for everyday queries, and which for advanced ones only:
/// <see href="https://learn.microsoft.com/en-us/graph/aad-advanced-queries#support-for-filter-by-properties-of-microsoft-entra-id-directory-objects"/>
/// </summary>
internal static partial class GraphFilter
{
    private static readonly string[] Everyday =
    [
        "accountEnabled", "appId", "city", "country", "department", "displayName", "employeeId", "givenName", "id", "jobTitle", "mail", "mailNickname",
        "onPremisesSyncEnabled", "securityEnabled", "state", "surname", "uniqueName", "usageLocation", "userPrincipalName", "userType",
        "agentIdentityBlueprintId",
    ];

    private static readonly string[] Advanced =
        ["companyName", "employeeType", "mobilePhone", "officeLocation", "onPremisesImmutableId", "onPremisesSamAccountName", "postalCode", "preferredLanguage"];

    /// <summary>What the expression selects, or the refusal.</summary>
    public static (Func<GraphRow, bool>? Matches, GraphReply? Refusal) Parse(string text, string kind, bool isAdvanced)
    {
        var resource = char.ToUpperInvariant(kind[0]) + kind[1..];
        var terms = new List<(string Path, string Value)>();
        string? joint = null;
        var rest = text.Trim();
        while (true)
        {
            var match = Term().Match(rest);
            if (!match.Success)
                return (null, GraphReply.Error(400, "BadRequest", "Invalid filter clause: syntax error."));
            var path = match.Groups["path"].Value;
            var isExtension = path.StartsWith("extension_", StringComparison.Ordinal);
            var needsAdvanced = Advanced.Contains(path) || path.StartsWith("onPremisesExtensionAttributes/", StringComparison.Ordinal);
            if (!isExtension && !Everyday.Contains(path) && !(isAdvanced && needsAdvanced))
            {
                return (null, GraphReply.Error(
                    400, "Request_UnsupportedQuery", $"Unsupported or invalid query filter clause specified for property '{path}' of resource '{resource}'."));
            }

            var value = match.Groups["value"].Value;
            terms.Add((path, value[0] == '\'' ? value[1..^1].Replace("''", "'", StringComparison.Ordinal) : value));
            rest = rest[match.Length..].Trim();
            if (rest.Length == 0)
                break;
            var word = rest.Split(' ')[0];
            if (word is not ("and" or "or") || (joint is not null && joint != word))
                return (null, GraphReply.Error(400, "BadRequest", "Invalid filter clause: syntax error."));
            joint = word;
            rest = rest[word.Length..].Trim();
        }

        return (row => joint == "or" ? terms.Exists(t => Equal(row, t)) : terms.TrueForAll(t => Equal(row, t)), null);
    }

    private static bool Equal(GraphRow row, (string Path, string Value) term)
    {
        var steps = term.Path.Split('/');
        var value = steps.Length == 2 ? row.Properties[steps[0]]?[steps[1]] : row.Properties[steps[0]];
        return string.Equals(value?.ToString(), term.Value, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("^(?<path>[A-Za-z_][A-Za-z0-9_/]*) eq (?<value>'(?:[^']|'')*'|true|false)", RegexOptions.NonBacktracking)]
    private static partial Regex Term();
}
