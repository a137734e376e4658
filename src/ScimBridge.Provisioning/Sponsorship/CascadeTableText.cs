using System.Globalization;
using System.Text;
using System.Text.Json;
using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>The table of the cascade: Markdown. Kinds and criticalities that come to the same share a row.</summary>
public static class CascadeTableText
{
    /// <summary>The text for a policy, with a line break at its end.</summary>
    public static string Markdown(SuccessionPolicy policy)
    {
        var text = new StringBuilder();
        text.Append(
            """
            # What happens to service accounts

            This file is made of `CascadeTable.cs`; a test compares them. The first rows happen to a person who answers for an account or knows a
            credential of it, the last to the account. The times are those of who chose nothing. Break-glass access is exempt from being restricted,
            disabled and deleted, and not from rotation. Before an account is disabled by a deadline its use is looked at, when the deadline is set
            and an hour before it: one of criticality 1 or 2 that is restricted and in use is shown to somebody instead, one of 3 or 4 is out of use for an hour
            off-peak first. What a leaver knew is not left to them for that: such an account is disabled at its deadline, and those who answer for it are told before
            when it was last used.

            | event | kinds | criticality | people and use | within | credentials | within |
            |---|---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        var reasons = new List<string>();
        foreach (var happened in Enum.GetValues<CascadeEvent>())
        {
            foreach (var row in Rows(happened, policy))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {Word(happened)} | {row.Kinds} | {row.Criticalities} | {Words(row.Cell)} | {Word(row.Cell.Within)} | ")
                    .Append(CultureInfo.InvariantCulture, $"{Word(row.Cell.Credentials)} | {Word(row.Cell.RotateWithin)} |\n");
                reasons.Add($"- **{Word(happened)}**: {row.Cell.Reason}\n");
            }
        }

        return text.Append("\nWhy:\n\n").AppendJoin("", reasons.Distinct()).ToString();
    }

    private static IEnumerable<(string Kinds, string Criticalities, CascadeCell Cell)> Rows(CascadeEvent happened, SuccessionPolicy policy)
    {
        var kinds = Enum.GetValues<ServiceAccountKind>();
        var cells =
            from kind in kinds
            from criticality in Enum.GetValues<Criticality>()
            select (Kind: kind, Criticality: criticality, Cell: CascadeTable.Find(happened, kind, criticality, policy));
        // First the criticalities of a kind that come to the same, then the kinds for which these are the same criticalities.
        var byKind = cells.GroupBy(c => (c.Kind, c.Cell)).Select(g => (g.Key.Kind, g.Key.Cell, Criticalities: string.Join(", ", g.Select(c => Word(c.Criticality)))));
        foreach (var same in byKind.GroupBy(r => (r.Cell, r.Criticalities)))
        {
            var these = same.Select(r => r.Kind).ToList();
            yield return (
                these.Count == kinds.Length ? "any" : string.Join(", ", these.Select(Word)),
                same.Key.Criticalities == "c1, c2, c3, c4" ? "any" : same.Key.Criticalities,
                same.Key.Cell);
        }
    }

    private static string Words(CascadeCell cell) => Word(cell.Accountability) + (cell.ListsChildren ? ", children listed" : "");

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Word(Duration? time) => time switch
    {
        null => "",
        { } none when none == Duration.Zero => "at once",
        { } days when days.TotalHours >= 72 && days.TotalHours % 24 == 0 => string.Create(CultureInfo.InvariantCulture, $"{days.TotalDays} d"),
        { } hours => string.Create(CultureInfo.InvariantCulture, $"{hours.TotalHours} h"),
    };
}
