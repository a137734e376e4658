namespace ScimBridge.Provisioning.Journal;

/// <summary>
/// The parts of an evidence pack, in their order, and how it is written: one JSON object, of which each line is one piece (the beginning, the
/// beginning of a list, an element of one, its end), with no white space but the line feed behind each. The signature is over the SHA-256 of all lines before its own.
/// </summary>
public static class PackSection
{
    /// <summary>What a pack is called in its own <c>kind</c>.</summary>
    public const string PackKind = "scimbridge-evidence-pack";

    /// <summary>The <c>typ</c> of the signature of a pack.</summary>
    public const string SignatureKind = "scimbridge-evidence-pack+jws";

    /// <summary>The controls that the pack is evidence for.</summary>
    public const string Controls = "controls";

    /// <summary>The signed heads of the journal.</summary>
    public const string Anchors = "anchors";

    /// <summary>The journal.</summary>
    public const string Journal = "journal";

    /// <summary>The ends of access.</summary>
    public const string Leavers = "leavers";

    /// <summary>Who has access to what, and why.</summary>
    public const string Access = "access";

    /// <summary>What is not as it should be.</summary>
    public const string Exceptions = "exceptions";

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<string> All { get; } = [Controls, Anchors, Journal, Leavers, Access, Exceptions];

    /// <summary>What the first line begins with.</summary>
    public static string Opening => $$"""{"kind":"{{PackKind}}","version":1,"header":""";

    /// <summary>What the line of the figures begins with.</summary>
    public static string Figures => "\"figures\":";

    /// <summary>What the last line begins with.</summary>
    public static string Signature => "\"signature\":\"";

    /// <summary>What the last line ends with.</summary>
    public static string Closing => "\"}";
}
