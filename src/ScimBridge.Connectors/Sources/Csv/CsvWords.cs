namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>
/// What the words of a file mean. Words are compared without regard to case and to space around them. Where a section is left out, the
/// canonical words stand for themselves; where it is there, it is the whole list, and any other word is a fault of its row.
/// </summary>
public sealed class CsvWords
{
    /// <summary>A word of the file -> an employment status: <c>{ "On hold": "suspended" }</c>.</summary>
    public Dictionary<string, string> Status { get; set => field = value ?? []; } = [];

    /// <summary>A word of the file -> a kind of working relationship: <c>{ "Ext.": "contractor" }</c>.</summary>
    public Dictionary<string, string> Type { get; set => field = value ?? []; } = [];
}
