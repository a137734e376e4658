using System.Globalization;
using System.Text;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>
/// The user names that a worker may get, best first. A pattern has the placeholders <c>{given}</c>, <c>{family}</c>, <c>{g}</c> and
/// <c>{f}</c> (initials), <c>{employeeNumber}</c>, and <c>{n}</c>, which counts from 2. Names are folded to lower-case ASCII.
/// </summary>
public sealed class UserNames
{
    /// <summary>How far <c>{n}</c> counts before the next pattern is used.</summary>
    public const int MostOfOne = 999;

    private static readonly Dictionary<char, string> Letters = new()
    {
        ['æ'] = "ae", ['ø'] = "oe", ['å'] = "aa", ['ä'] = "ae", ['ö'] = "oe", ['ü'] = "ue", ['ß'] = "ss", ['œ'] = "oe", ['ð'] = "d",
        ['đ'] = "d", ['þ'] = "th", ['ł'] = "l", ['ı'] = "i", ['ħ'] = "h", ['ə'] = "e", ['ŋ'] = "n", ['ŧ'] = "t", ['ĳ'] = "ij",
    };

    private static readonly char[] Braces = ['{', '}'];

    private readonly IReadOnlyList<string> _patterns;

    /// <summary>Uses the patterns in their order. When all are taken, the employee number under the last pattern's domain is used.</summary>
    public UserNames(IReadOnlyList<string> patterns)
    {
        _patterns = patterns;
    }

    /// <summary>What is wrong with a pattern, or null.</summary>
    public static string? Fault(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var at = 0;
        while ((at = pattern.IndexOfAny(Braces, at)) >= 0)
        {
            if (pattern[at] == '}')
                return $"The brace at {at + 1} closes nothing.";
            var end = pattern.IndexOf('}', at);
            if (end < 0)
                return $"The placeholder at {at + 1} is not closed.";
            var name = pattern[(at + 1)..end];
            if (name is not ("given" or "family" or "g" or "f" or "employeeNumber" or "n"))
                return $"There is no placeholder {{{name}}}; there are {{given}}, {{family}}, {{g}}, {{f}}, {{employeeNumber}} and {{n}}.";
            // Names of which nothing is left are made of the employee number and the domain as it stands.
            if (pattern.AsSpan(0, at).Contains('@'))
                return $"The placeholder {{{name}}} stands after the @: the domain is the same for everybody.";
            at = end + 1;
        }

        return pattern.Contains('{', StringComparison.Ordinal) ? null : "A pattern without a placeholder gives everybody the same name.";
    }

    /// <summary>The candidates; never the same twice, and never none.</summary>
    public IEnumerable<string> For(WorkerFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in _patterns)
        {
            var counted = pattern.Contains("{n}", StringComparison.Ordinal);
            for (var n = 2; n <= (counted ? MostOfOne : 2); n++)
            {
                if (Fill(pattern, facts, n) is not { } name)
                    break;
                if (seen.Add(name))
                    yield return name;
            }
        }

        var last = _patterns[^1];
        var domain = last.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? last[at..] : "";
        // A number in other digits than these folds to nothing, and a name that is empty is none.
        var number = Fold(facts.EmployeeNumber) is { Length: > 0 } folded ? folded : "user";
        for (var n = 1; ; n++)
        {
            var name = (n == 1 ? number : string.Create(CultureInfo.InvariantCulture, $"{number}-{n}")) + domain;
            if (seen.Add(name))
                yield return name;
        }
    }

    /// <summary>Folds a name to lower-case ASCII letters and digits; hyphens stay. May be empty.</summary>
    public static string Fold(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var folded = new StringBuilder(name.Length);
        foreach (var letter in name.Normalize(NormalizationForm.FormC).ToLowerInvariant().EnumerateRunes())
        {
            // Composed first, so that ä is ae and not a; then by its parts, so that ǿ is oe and ễ is e.
            if (letter.IsBmp && Letters.TryGetValue((char)letter.Value, out var ascii))
            {
                folded.Append(ascii);
                continue;
            }

            foreach (var part in letter.ToString().Normalize(NormalizationForm.FormD))
            {
                if (Letters.TryGetValue(part, out ascii))
                    folded.Append(ascii);
                else if (char.IsAsciiLetterOrDigit(part) || part == '-')
                    // The dotted capital I has no lower case of its own: it comes here as I and a dot.
                    folded.Append(char.ToLowerInvariant(part));
            }
        }

        return folded.ToString().Trim('-');
    }

    // A pattern that asks for what the worker has not (or not in letters that fold to ASCII) does not fit this worker.
    private static string? Fill(string pattern, WorkerFacts facts, int n)
    {
        var result = new StringBuilder(pattern.Length + 16);
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '{')
            {
                result.Append(pattern[i]);
                continue;
            }

            var end = pattern.IndexOf('}', i);
            var value = pattern[(i + 1)..end] switch
            {
                "given" => Fold(facts.GivenName),
                "family" => Fold(facts.FamilyName ?? ""),
                "g" => First(Fold(facts.GivenName)),
                "f" => First(Fold(facts.FamilyName ?? "")),
                "employeeNumber" => Fold(facts.EmployeeNumber),
                _ => n.ToString(CultureInfo.InvariantCulture),
            };
            if (value.Length == 0)
                return null;
            result.Append(value);
            i = end;
        }

        return result.ToString();
    }

    private static string First(string text) => text.Length == 0 ? "" : text[..1];
}
