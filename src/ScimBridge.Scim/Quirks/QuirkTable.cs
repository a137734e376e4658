namespace ScimBridge.Scim.Quirks;

/// <summary>Which profile allows which deviation: one line each.</summary>
public static class QuirkTable
{
    private static readonly (Quirk Quirk, string[] Profiles)[] Lines =
    [
        (UnquotedFilterValues.Quirk, ["entra", "lenient"]),
        (MissingSpaceInFilter.Quirk, ["entra", "okta", "lenient"]),
        (UnqualifiedExtensionNames.Quirk, ["entra", "lenient"]),
        (BooleansAsStrings.Quirk, ["entra", "lenient"]),
        (NumbersAsStrings.Quirk, ["okta", "lenient"]),
        (MissingSchemas.Quirk, ["entra", "okta", "lenient"]),
        (UnknownSchemas.Quirk, ["entra", "lenient"]),
        (UnknownAttributes.Quirk, ["entra", "okta", "lenient"]),
        (SingleForMultiValued.Quirk, ["entra", "okta", "lenient"]),
        (ArrayForSingleValued.Quirk, ["entra", "lenient"]),
        (ReferenceAsString.Quirk, ["entra", "lenient"]),
        (MembersAsStrings.Quirk, ["entra", "lenient"]),
        (EmptyReference.Quirk, ["entra", "okta", "lenient"]),
        (SeveralPrimaries.Quirk, ["entra", "okta", "lenient"]),
        (AnyCountry.Quirk, ["entra", "okta", "lenient"]),
        (PathsAsKeys.Quirk, ["entra", "lenient"]),
        (ReadOnlyInPatch.Quirk, ["entra", "okta", "lenient"]),
        (RemoveWithValue.Quirk, ["entra", "okta", "lenient"]),
        (CreateOnReplace.Quirk, ["entra", "lenient"]),
        (KeepOmittedExtensions.Quirk, ["lenient"]),
    ];

    public static IReadOnlyList<Quirk> All { get; } = [.. Lines.Select(l => l.Quirk)];

    /// <summary>The quirk of that name, or null.</summary>
    public static Quirk? Find(string name) => All.FirstOrDefault(q => string.Equals(q.Name, name, StringComparison.OrdinalIgnoreCase));

    internal static IEnumerable<Quirk> Of(string profile) =>
        Lines.Where(l => l.Profiles.Contains(profile, StringComparer.Ordinal)).Select(l => l.Quirk);
}
