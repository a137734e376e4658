namespace ScimBridge.Provisioning.Workers;

/// <summary>How a record stands to what the source said before.</summary>
public enum RecordKind
{
    /// <summary>A new period begins on the record's effective day.</summary>
    Change = 0,

    /// <summary>The first record of a working relationship. Read as <see cref="Change"/>: sources do not agree on what is new.</summary>
    New,

    /// <summary>What was said about a period was wrong; this takes its place.</summary>
    Correction,

    /// <summary>What was said about a period never came to be. The record's facts are not looked at.</summary>
    Rescind,
}
