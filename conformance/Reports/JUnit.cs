using System.Globalization;
using System.Text;
using System.Xml;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Reports;

/// <summary>The report for a build server: a suite per part; what is not supported or not tested is skipped, with the reason.</summary>
internal static class JUnit
{
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(
            text,
            new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "SCIM conformance");
            foreach (var part in report.Results.GroupBy(r => r.Case.Part, StringComparer.Ordinal))
                Suite(xml, part.Key, [.. part]);
            xml.WriteEndElement();
        }
        return text.AppendLine().ToString();
    }

    private static void Suite(XmlWriter xml, string name, IReadOnlyList<CaseResult> results)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("tests", Number(results.Count));
        xml.WriteAttributeString("failures", Number(results.Count(r => r.Outcome == Outcome.Failed)));
        xml.WriteAttributeString("skipped", Number(results.Count(r => r.Outcome is Outcome.NotSupported or Outcome.NotTested)));
        xml.WriteAttributeString("time", Seconds(TimeSpan.FromTicks(results.Sum(r => r.Took.Ticks))));
        foreach (var result in results)
            Case(xml, name, result);
        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, string part, CaseResult result)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", part);
        xml.WriteAttributeString("name", $"{result.Case.Id} {result.Case.Title}");
        xml.WriteAttributeString("time", Seconds(result.Took));
        if (result.Outcome == Outcome.Failed)
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("message", Clean(result.Message));
            xml.WriteString(Clean(string.Join('\n', result.Exchanges.TakeLast(4).Select(e => e.Describe()))));
            xml.WriteEndElement();
        }
        else if (result.Outcome != Outcome.Passed)
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", Clean($"{Words.Of(result.Outcome)}: {result.Message}"));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    /// <summary>XML 1.0 has no place for most control characters, and a hostile body is full of them.</summary>
    private static string Clean(string text) =>
        string.Create(text.Length, text, static (to, from) =>
        {
            for (var i = 0; i < from.Length; i++)
                to[i] = XmlConvert.IsXmlChar(from[i]) ? from[i] : '\uFFFD';
        });

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
