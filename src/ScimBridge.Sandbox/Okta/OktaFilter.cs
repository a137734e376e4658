using System.Text.Json;
using System.Text.RegularExpressions;

namespace ScimBridge.Sandbox.Okta;

/// <summary>The part of Okta's expressions that asks for one value: <c>profile.login eq "a"</c>, joined by <c>and</c>.</summary>
internal static partial class OktaFilter
{
    private static readonly string[] Filterable = ["status", "id", "type", "profile.login", "profile.email", "profile.firstName", "profile.lastName"];

    /// <summary>Says whether an object whose values are had by their paths matches; null where the expression is none.</summary>
    public static Func<Func<string, string?>, bool>? Parse(string text, bool isSearch)
    {
        var terms = new List<(string Path, string Value)>();
        var rest = text.Trim();
        while (true)
        {
            var match = Term().Match(rest);
            if (!match.Success)
                return null;
            var path = match.Groups["path"].Value;
            if (!isSearch && !Filterable.Contains(path))
                return null;
            terms.Add((path, JsonSerializer.Deserialize<string>(match.Groups["value"].Value)!));
            rest = rest[match.Length..].Trim();
            if (rest.Length == 0)
                return value => terms.TrueForAll(term => string.Equals(value(term.Path), term.Value, StringComparison.OrdinalIgnoreCase));
            if (!rest.StartsWith("and ", StringComparison.Ordinal))
                return null;
            rest = rest[4..].Trim();
        }
    }

    [GeneratedRegex("^(?<path>[A-Za-z_][A-Za-z0-9_.]*) eq (?<value>\"(?:[^\"\\\\]|\\\\.)*\")", RegexOptions.NonBacktracking)]
    private static partial Regex Term();
}
