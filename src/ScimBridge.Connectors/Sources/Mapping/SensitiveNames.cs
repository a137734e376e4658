using System.Text.RegularExpressions;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// Names of columns that must not be mapped, because an identity system has no use for what stands in them: pay, bank, national
/// identifiers, health, belief, origin, date of birth, the reason of a leave. A name is taken apart into its words
/// (<c>Bank_Account</c>, <c>dateOfBirth</c>, <c>personal.iban</c>), so that <c>companyName</c> is not taken for <c>pan</c>.
/// </summary>
internal static partial class SensitiveNames
{
    /// <summary>What each list of words stands for in the message. Several words in one text must all be there.</summary>
    private static readonly (string What, string[] Words)[] Lists =
    [
        ("pay", ["pay", "salary", "salaries", "wage", "wages", "compensation", "remuneration", "bonus", "gehalt", "lohn", "løn", "salaire", "sueldo", "income"]),
        ("a bank account", ["bank", "iban", "bic", "swift", "kontonummer", "sortcode", "routing number"]),
        ("a national identifier",
            ["ssn", "sin", "nin", "nino", "bsn", "cpr", "tin", "nif", "dni", "pesel", "aadhaar", "passport", "personnummer", "nationalid",
             "national id", "national identifier", "national insurance", "social security", "social insurance", "tax id", "tax number",
             "taxid", "steuernummer", "driver license", "driving licence"]),
        ("health", ["health", "medical", "illness", "sick", "sickness", "diagnosis", "disability", "disabled", "pregnancy", "pregnant", "krankheit"]),
        ("belief, origin or private life",
            ["religion", "religious", "denomination", "konfession", "ethnicity", "ethnic", "race", "union", "political", "sexual", "marital", "criminal"]),
        ("the date of birth", ["birth", "birthdate", "birthday", "dob", "geburtsdatum", "geburtstag", "naissance"]),
        ("the reason of a leave", ["leave reason", "absence reason", "loa reason", "reason leave"]),
    ];

    /// <summary>What a column of this name seems to hold, where that must not come in; null for any other name.</summary>
    public static string? Find(string name)
    {
        var words = Word().Matches(name).Select(match => match.Value.ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        foreach (var (what, list) in Lists)
        {
            if (Array.Exists(list, entry => entry.Split(' ').All(words.Contains)))
                return what;
        }

        return null;
    }

    [GeneratedRegex(@"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();
}
