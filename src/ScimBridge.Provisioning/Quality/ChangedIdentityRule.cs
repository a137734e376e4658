using System.Globalization;
using System.Text;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Quality;

/// <summary>
/// Another person under a known key: a number that was given out again, or columns that slipped. Given name and family name rarely
/// change on one day; where no part of the old name is left, somebody has to look. Where a part is left, which many people share, the
/// first day must not be another too: who marries keeps it.
/// </summary>
internal sealed class ChangedIdentityRule : IRecordRule
{
    public Doubt? Look(RecordCase record)
    {
        if (record.Before?.Facts is not { } was)
            return null;
        var now = record.Record;
        var (old, parts) = (Parts(was), Parts(now));
        if (!old.Overlaps(parts))
            return new("changedIdentity", WorkerField.GivenName, "The whole name is another: is this still the same person?");
        return !old.SetEquals(parts) && HasBegun(record.Before) && was.WorkerId == now.WorkerId
            && was.StartDate is not null && now.StartDate is not null && was.StartDate != now.StartDate
            ? new("changedIdentity", WorkerField.GivenName, "The name is in part another, and so is the start date: is this still the same person?")
            : null;
    }

    private static bool HasBegun(Worker worker) => worker.Access is AccessState.Active or AccessState.Restricted or AccessState.Suspended;

    private static HashSet<string> Parts(WorkerFacts facts) =>
        new[] { facts.GivenName, facts.FamilyName, facts.LegalGivenName, facts.LegalFamilyName }
            .SelectMany(name => Folded(name ?? "").Split([' ', '-', '\'', '.', ','], StringSplitOptions.RemoveEmptyEntries))
            .ToHashSet(StringComparer.Ordinal);

    // Without accents and case, so that a feed that loses them does not look like another person.
    private static string Folded(string name) => string.Concat(
        name.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark))
        .ToUpperInvariant();
}
