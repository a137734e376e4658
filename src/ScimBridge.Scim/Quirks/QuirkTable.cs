namespace ScimBridge.Scim.Quirks;

/// <summary>Which profile allows which deviation: one line each.</summary>
public static class QuirkTable
{
    private static readonly (Quirk Quirk, string[] Profiles)[] Lines =
    [
        (UnquotedFilterValues.Quirk, ["entra", "lenient"]),
        (MissingSpaceInFilter.Quirk, ["entra", "okta", "lenient"]),
        (UnqualifiedExtensionNames.Quirk, ["entra", "lenient"]),
    ];

    public static IReadOnlyList<Quirk> All { get; } = [.. Lines.Select(l => l.Quirk)];

    /// <summary>The quirk of that name, or null.</summary>
    public static Quirk? Find(string name) => All.FirstOrDefault(q => string.Equals(q.Name, name, StringComparison.OrdinalIgnoreCase));

    internal static IEnumerable<Quirk> Of(string profile) =>
        Lines.Where(l => l.Profiles.Contains(profile, StringComparer.Ordinal)).Select(l => l.Quirk);
}
