using System.Text;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Reports;

/// <summary>The report for a merge request: coverage first, then every failure with its exchange.</summary>
internal static class Markdown
{
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        text.AppendLine("# SCIM conformance").AppendLine();
        text.AppendLine(Summary.Line($"{report.Settings.Url}, profile {Suite.Word(report.Settings.Profile)}{(report.Settings.OwnChoices ? ", ScimBridge's choices" : "")}, {report.Began:yyyy-MM-dd HH:mm} UTC, {(report.Ended - report.Began).TotalSeconds:0} s."));
        text.AppendLine();
        text.AppendLine(Summary.Line($"**{report.Results.Count} cases**: {report.Count(Outcome.Passed)} passed, {report.Count(Outcome.Failed)} failed, {report.Count(Outcome.NotSupported)} not supported, {report.Count(Outcome.NotTested)} not tested."));
        Coverage(report, text);
        Failures(report, text);
        Others(report, text, Outcome.NotSupported, "Not supported");
        Others(report, text, Outcome.NotTested, "Not tested");
        if (report.Leftovers.Count > 0)
            text.AppendLine("## Could not be deleted").AppendLine().AppendJoin('\n', report.Leftovers.Select(l => "- " + l)).AppendLine();
        return text.ToString();
    }

    private static void Coverage(Report report, StringBuilder text)
    {
        text.AppendLine().AppendLine("## Clauses").AppendLine();
        text.AppendLine("| part | passed | failed | not supported | not tested | not chosen |").AppendLine("|---|--:|--:|--:|--:|--:|");
        foreach (var (part, counts) in report.Parts())
            Row(text, part, counts);
        Row(text, "**all**", report.Totals());
        text.AppendLine();
    }

    private static void Row(StringBuilder text, string name, int[] counts) =>
        text.AppendLine(Summary.Line($"| {name} | {counts[0]} | {counts[1]} | {counts[2]} | {counts[3]} | {counts[4]} |"));

    private static void Failures(Report report, StringBuilder text)
    {
        var failed = report.Results.Where(r => r.Outcome == Outcome.Failed).ToList();
        if (failed.Count == 0)
            return;
        text.AppendLine("## Failed").AppendLine();
        foreach (var result in failed)
        {
            text.AppendLine(Summary.Line($"### {result.Case.Id} {result.Case.Level}")).AppendLine();
            text.AppendLine(result.Case.Title + ".").AppendLine().AppendLine("> " + Cell(result.Message)).AppendLine();
            foreach (var exchange in result.Exchanges.TakeLast(4))
                text.AppendLine("````http").AppendLine(exchange.Describe().TrimEnd()).AppendLine("````").AppendLine();
        }
    }

    private static void Others(Report report, StringBuilder text, Outcome outcome, string heading)
    {
        var rows = report.Results.Where(r => r.Outcome == outcome).Select(r => (r.Case.Id, r.Case.Title, r.Message)).ToList();
        if (outcome == Outcome.NotTested)
            rows.AddRange(report.Clauses.Where(c => c.Outcome == outcome && c.Cases.Count == 0).Select(c => (c.Clause.Id, c.Clause.Text, c.Reason)));
        if (rows.Count == 0)
            return;
        text.AppendLine("## " + heading).AppendLine().AppendLine("| case | what | why |").AppendLine("|---|---|---|");
        foreach (var (id, what, why) in rows)
            text.AppendLine($"| {id} | {Cell(what)} | {Cell(why)} |");
        text.AppendLine();
    }

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
