using System.Text.Json;
using System.Text.RegularExpressions;

namespace ScimBridge.Sandbox.Okta;

/// <summary>
/// The part of Okta's expressions that asks for values: <c>profile.login eq "a"</c>, and of times <c>lastUpdated gt "2026-01-01T00:00:00.000Z"</c>,
/// joined by <c>and</c> and <c>or</c>, in parentheses or not.
/// </summary>
internal static partial class OktaFilter
{
    private static readonly string[] Filterable =
    [
        "status", "id", "type", "lastUpdated", "lastMembershipUpdated", "profile.login", "profile.email", "profile.firstName", "profile.lastName",
    ];

    /// <summary>Says whether an object whose values are had by their paths matches; null where the expression is none.</summary>
    public static Func<Func<string, string?>, bool>? Parse(string text, bool isSearch)
    {
        var rest = text.Trim();
        return Either(ref rest, isSearch) is { } matches && rest.Length == 0 ? matches : null;
    }

    private static Func<Func<string, string?>, bool>? Either(ref string rest, bool isSearch)
    {
        var one = Both(ref rest, isSearch);
        while (one is not null && Takes(ref rest, "or "))
        {
            if (Both(ref rest, isSearch) is not { } other)
                return null;
            var before = one;
            one = value => before(value) || other(value);
        }

        return one;
    }

    private static Func<Func<string, string?>, bool>? Both(ref string rest, bool isSearch)
    {
        var one = Single(ref rest, isSearch);
        while (one is not null && Takes(ref rest, "and "))
        {
            if (Single(ref rest, isSearch) is not { } other)
                return null;
            var before = one;
            one = value => before(value) && other(value);
        }

        return one;
    }

    private static Func<Func<string, string?>, bool>? Single(ref string rest, bool isSearch)
    {
        if (Takes(ref rest, "("))
            return Either(ref rest, isSearch) is { } within && Takes(ref rest, ")") ? within : null;
        var match = Term().Match(rest);
        if (!match.Success)
            return null;
        rest = rest[match.Length..].TrimStart();
        var (path, wanted) = (match.Groups["path"].Value, JsonSerializer.Deserialize<string>(match.Groups["value"].Value)!);
        var isTime = path is "lastUpdated" or "lastMembershipUpdated";
        if ((!isSearch && !Filterable.Contains(path)) || (match.Groups["is"].Value == "gt" && !isTime))
            return null;

        // Times are written in one way, and so compared as texts.
        return match.Groups["is"].Value == "gt"
            ? value => string.CompareOrdinal(value(path), wanted) > 0
            : value => string.Equals(value(path), wanted, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Takes(ref string rest, string word)
    {
        if (!rest.StartsWith(word, StringComparison.Ordinal))
            return false;
        rest = rest[word.Length..].TrimStart();
        return true;
    }

    [GeneratedRegex("^(?<path>[A-Za-z_][A-Za-z0-9_.]*) (?<is>eq|gt) (?<value>\"(?:[^\"\\\\]|\\\\.)*\")", RegexOptions.NonBacktracking)]
    private static partial Regex Term();
}
