namespace ScimBridge.Server.Api;

/// <summary>In which form something is asked for that may be long.</summary>
internal enum ExportFormat
{
    /// <summary>A page of JSON.</summary>
    Json = 0,

    /// <summary>All of it as CSV (RFC 4180).</summary>
    Csv = 1,

    /// <summary>All of it as JSON, an object a line.</summary>
    NdJson = 2,
}

/// <summary>Reads and writes the forms.</summary>
internal static class ExportFormats
{
    /// <summary>The form that a request accepts; a page of JSON where it does not say.</summary>
    public static ExportFormat Of(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("text/csv", StringComparison.OrdinalIgnoreCase) ? ExportFormat.Csv
            : accept.Contains("ndjson", StringComparison.OrdinalIgnoreCase) || accept.Contains("jsonl", StringComparison.OrdinalIgnoreCase) ? ExportFormat.NdJson
            : ExportFormat.Json;
    }

    /// <summary>What the answer says that it is.</summary>
    public static string ContentType(this ExportFormat format) =>
        format == ExportFormat.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8";

    /// <summary>A line of CSV.</summary>
    public static string Line(params IEnumerable<string?> fields) => string.Join(',', fields.Select(Quote)) + "\r\n";

    private static string Quote(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        // A spreadsheet takes such a text for a formula: HR and targets are where others give names, and somebody opens this file.
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
