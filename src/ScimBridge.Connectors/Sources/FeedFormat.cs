namespace ScimBridge.Connectors.Sources;

/// <summary>How the records of a feed are written. The declaration of a source reads each of them.</summary>
public enum FeedFormat
{
    /// <summary>A delimited file with a header (RFC 4180).</summary>
    Csv = 0,

    /// <summary>One JSON document with a list of objects in it (RFC 8259).</summary>
    Json,

    /// <summary>A JSON object on each line.</summary>
    NdJson,
}
