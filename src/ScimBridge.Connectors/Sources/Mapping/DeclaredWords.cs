namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// What the words of a source mean. Words are compared without regard to case and to space around them. Where a section is left out, the
/// words that the kind of source is known to say hold, else the canonical words stand for themselves. A word that is in no list is a
/// fault of its record, and never one of these by default.
/// </summary>
public sealed class DeclaredWords
{
    /// <summary>A word of the source -> an employment status: <c>{ "On hold": "suspended" }</c>.</summary>
    public Dictionary<string, string> Status { get; set => field = value ?? []; } = [];

    /// <summary>A word of the source -> a kind of working relationship: <c>{ "Ext.": "contractor" }</c>.</summary>
    public Dictionary<string, string> Type { get; set => field = value ?? []; } = [];

    /// <summary>A word of the source -> how a record stands to earlier ones: <c>new</c>, <c>change</c>, <c>correction</c>, <c>rescind</c>.</summary>
    public Dictionary<string, string> Kind { get; set => field = value ?? []; } = [];

    /// <summary>A word of the source -> the class of a leave.</summary>
    public Dictionary<string, string> LeaveType { get; set => field = value ?? []; } = [];

    /// <summary>A word of the source -> the class of the end of employment; <c>unknown</c> for a word that policy has no use for.</summary>
    public Dictionary<string, string> TerminationType { get; set => field = value ?? []; } = [];
}
