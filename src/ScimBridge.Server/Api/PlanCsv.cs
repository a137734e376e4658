using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Server.Api;

/// <summary>The items of a plan as CSV (RFC 4180).</summary>
internal static class PlanCsv
{
    /// <summary>The first line.</summary>
    public const string Header = "source,worker,target,operation,rule,department,group,attributes\r\n";

    /// <summary>One item.</summary>
    public static string Line(PlanItem item) => string.Join(
        ',',
        new[]
        {
            item.Source, item.WorkerId ?? item.Subject, item.Target, item.Operation.Word(), item.Rule, item.Department, item.Group,
            string.Join(' ', item.Attributes),
        }.Select(Quote)) + "\r\n";

    /// <summary>A field.</summary>
    public static string Quote(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        // A spreadsheet takes such a text for a formula: HR names departments, and somebody opens this file.
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
