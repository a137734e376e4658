namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>How it is known that a fetch is whole.</summary>
public enum Completeness
{
    /// <summary>It is not: nobody who is missing may be taken for gone.</summary>
    Unproven = 0,

    /// <summary>The document was sound to its last byte, and the system has nothing else to count by.</summary>
    SoundToTheEnd,

    /// <summary>The system says when there is no further page, and every page to that one was read.</summary>
    LastPage,

    /// <summary>As many records came as the system, or the manifest of a file, said beforehand.</summary>
    Counted,
}
