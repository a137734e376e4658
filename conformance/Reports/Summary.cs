using System.Globalization;
using System.Text;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Reports;

/// <summary>The end of a run on the console, and the files.</summary>
internal static class Summary
{
    public static async Task WriteAsync(Report report, TextWriter output)
    {
        var totals = report.Totals();
        var binding = report.Clauses.Count(c => c.Outcome == Outcome.Failed && Report.Binding(c.Clause.Level));
        var text = new StringBuilder();
        text.AppendLine();
        text.AppendLine(Line($"Cases    {report.Results.Count}: {report.Count(Outcome.Passed)} passed, {report.Count(Outcome.Failed)} failed, {report.Count(Outcome.NotSupported)} not supported, {report.Count(Outcome.NotTested)} not tested"));
        text.AppendLine(Line($"Clauses  {report.Clauses.Count}: {totals[0]} passed, {totals[1]} failed ({binding} of them MUST or SHALL), {totals[2]} not supported, {totals[3]} not tested, {totals[4]} not chosen"));
        text.AppendLine(Line($"Took     {(report.Ended - report.Began).TotalSeconds:0} s"));
        if (report.Interrupted)
            text.AppendLine("Interrupted: the rest was not run.");
        if (report.Leftovers.Count > 0)
            text.AppendLine("Could not be deleted: " + string.Join(' ', report.Leftovers));
        await output.WriteAsync(text.ToString());
    }

    public static async Task SaveAsync(Report report, string folder, TextWriter output)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), Markdown.Write(report));
        await File.WriteAllTextAsync(Path.Combine(folder, "junit.xml"), JUnit.Write(report));
        await File.WriteAllTextAsync(Path.Combine(folder, "report.html"), Html.Write(report));
        await output.WriteLineAsync("Reports  " + Path.GetFullPath(folder));
    }

    public static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
