namespace ScimBridge.Conformance.Http;

/// <summary>
/// One request as it went out and the answer as it came back. What is kept is fit for a report: the token is masked and
/// long bodies are cut, because a body of a megabyte proves nothing that its first lines do not.
/// </summary>
internal sealed record Exchange(
    string Method,
    string Url,
    IReadOnlyList<KeyValuePair<string, string>> RequestHeaders,
    string RequestBody,
    int Status,
    IReadOnlyList<KeyValuePair<string, string>> ResponseHeaders,
    string ResponseBody,
    TimeSpan Took,
    string? Fault)
{
    /// <summary>How the exchange reads in a report.</summary>
    public string Describe()
    {
        var text = new System.Text.StringBuilder();
        text.Append(Method).Append(' ').AppendLine(Url);
        foreach (var (name, value) in RequestHeaders)
            text.Append(name).Append(": ").AppendLine(value);
        if (RequestBody.Length > 0)
            text.AppendLine().AppendLine(RequestBody);
        text.AppendLine();
        if (Fault is not null)
            return text.Append("(no answer: ").Append(Fault).AppendLine(")").ToString();

        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"HTTP {Status} in {Took.TotalMilliseconds:0} ms");
        foreach (var (name, value) in ResponseHeaders)
            text.Append(name).Append(": ").AppendLine(value);
        if (ResponseBody.Length > 0)
            text.AppendLine().AppendLine(ResponseBody);
        return text.ToString();
    }
}
