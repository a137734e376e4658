namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>How a delimited file is written.</summary>
internal sealed record CsvDialect(string Encoding, string Delimiter)
{
    public static CsvDialect Default { get; } = new("utf-8", ",");

    /// <summary>What is wrong with it.</summary>
    public IEnumerable<ConfigurationFault> Faults()
    {
        if (CsvEncodings.Find(Encoding ?? "") is null)
            yield return new("encoding", $"'{Encoding}' is no known encoding, as utf-8, utf-16, windows-1252 or iso-8859-1 are.");
        if (Delimiter is not [var delimiter] || !char.IsAscii(delimiter) || delimiter is '"' or '\r' or '\n')
            yield return new("delimiter", "The delimiter is one ASCII character, and neither a quote nor a line break.");
    }
}
