using System.Net;
using System.Reflection;
using System.Text;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Reports;

/// <summary>One page that needs nothing but itself: coverage, and all cases with a filter by outcome and by text.</summary>
internal static class Html
{
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        text.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>SCIM conformance</title>\n<style>\n")
            .Append(Asset("report.css")).Append("</style></head>\n<body>\n<header><h1>SCIM conformance</h1>");
        text.Append(Summary.Line($"<p><code>{E(report.Settings.Url)}</code> · profile {Suite.Word(report.Settings.Profile)}{(report.Settings.OwnChoices ? " · ScimBridge's choices" : "")} · {report.Began:yyyy-MM-dd HH:mm} UTC · {(report.Ended - report.Began).TotalSeconds:0} s{(report.Interrupted ? " · interrupted" : "")}</p></header>\n<main>\n"));
        Tiles(report, text);
        Parts(report, text);
        Cases(report, text);
        Clauses(report, text);
        return text.Append("</main>\n<script>\n").Append(Asset("report.js")).Append("</script>\n</body></html>\n").ToString();
    }

    private static void Tiles(Report report, StringBuilder text)
    {
        text.Append("<section class=\"tiles\">");
        foreach (var outcome in Enum.GetValues<Outcome>())
            text.Append(Summary.Line($"<div class=\"tile {Css(outcome)}\"><b>{report.Count(outcome)}</b><span>{Words.Of(outcome)}</span></div>"));
        text.Append("</section>\n");
    }

    private static void Parts(Report report, StringBuilder text)
    {
        text.Append("<h2>Coverage of the catalogue</h2>\n<table class=\"parts\"><thead><tr><th>Part</th><th class=\"bar\">Clauses</th><th>passed</th><th>failed</th>")
            .Append("<th>not supported</th><th>not tested</th><th>not chosen</th></tr></thead>\n<tbody>");
        foreach (var (part, counts) in report.Parts())
            Part(text, part, counts);
        Part(text, "All", report.Totals());
        text.Append("</tbody></table>\n");
    }

    private static void Part(StringBuilder text, string name, int[] counts)
    {
        text.Append("<tr><td>").Append(E(name)).Append("</td><td class=\"bar\"><div>");
        string[] classes = ["passed", "failed", "unsupported", "untested", "unchosen"];
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                text.Append(Summary.Line($"<i class=\"{classes[i]}\" style=\"flex:{counts[i]}\"></i>"));
        }
        text.Append("</div></td>");
        foreach (var count in counts)
            text.Append(Summary.Line($"<td class=\"n\">{count}</td>"));
        text.Append("</tr>\n");
    }

    private static void Cases(Report report, StringBuilder text)
    {
        text.Append("<h2>Cases</h2>\n<form class=\"filter\" id=\"filter\"><input type=\"search\" name=\"text\" placeholder=\"clause, words…\" aria-label=\"Filter by text\">");
        foreach (var outcome in Enum.GetValues<Outcome>())
            text.Append(Summary.Line($"<label><input type=\"checkbox\" name=\"{Css(outcome)}\" checked> {Words.Of(outcome)}</label>"));
        text.Append("<output id=\"shown\"></output></form>\n<div id=\"cases\">\n");
        foreach (var part in report.Results.GroupBy(r => r.Case.Part, StringComparer.Ordinal))
        {
            text.Append("<section class=\"part\"><h3>").Append(E(part.Key)).Append("</h3>\n");
            foreach (var result in part)
                Case(text, result);
            text.Append("</section>\n");
        }
        text.Append("</div>\n");
    }

    private static void Case(StringBuilder text, CaseResult result)
    {
        var open = result.Outcome == Outcome.Failed ? " open" : "";
        text.Append(Summary.Line($"<details class=\"case {Css(result.Outcome)}\" data-outcome=\"{Css(result.Outcome)}\"{open}><summary><code>{E(result.Case.Id)}</code> "));
        if (result.Case.Level.Length > 0)
            text.Append("<small>").Append(E(result.Case.Level)).Append("</small> ");
        text.Append(E(result.Case.Title)).Append(Summary.Line($"<em>{Words.Of(result.Outcome)} · {result.Took.TotalMilliseconds:0} ms</em></summary>"));
        if (result.Message.Length > 0)
            text.Append("<p>").Append(E(result.Message)).Append("</p>");
        var shown = result.Exchanges.TakeLast(6).ToList();
        for (var i = 0; i < shown.Count; i++)
        {
            // The last exchange is nearly always the one that failed.
            text.Append(i == shown.Count - 1 ? "<details open>" : "<details>").Append("<summary>")
                .Append(E($"{shown[i].Method} {shown[i].Url}")).Append("</summary><pre>").Append(E(shown[i].Describe())).Append("</pre></details>");
        }
        text.Append("</details>\n");
    }

    private static void Clauses(Report report, StringBuilder text)
    {
        text.Append("<h2>Clauses</h2>\n<table class=\"clauses\"><thead><tr><th>Clause</th><th>Level</th><th>What</th><th>Outcome</th></tr></thead><tbody>\n");
        foreach (var clause in report.Clauses)
        {
            var css = clause.Outcome is { } outcome ? Css(outcome) : "unchosen";
            var word = clause.Outcome is { } known ? Words.Of(known) : "not chosen";
            text.Append($"<tr><td><code>{E(clause.Clause.Id)}</code></td><td>{E(clause.Clause.Level)}</td><td>{E(clause.Clause.Text)}");
            if (clause.Reason.Length > 0 && clause.Outcome is not null)
                text.Append("<br><small>").Append(E(clause.Reason)).Append("</small>");
            text.Append($"</td><td><span class=\"mark {css}\">{word}</span></td></tr>\n");
        }
        text.Append("</tbody></table>\n");
    }

    private static string Css(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "passed",
        Outcome.Failed => "failed",
        Outcome.NotSupported => "unsupported",
        _ => "untested",
    };

    private static string E(string text) => WebUtility.HtmlEncode(text);

    private static string Asset(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
