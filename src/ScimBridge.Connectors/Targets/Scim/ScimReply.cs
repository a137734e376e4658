using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>What came back of one call.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The answer, where it is a JSON object of at most 1 MiB.</param>
/// <param name="Failure">What a call that did not succeed comes to, unless its verb knows better; null for 2xx.</param>
internal readonly record struct ScimReply(int Status, JsonObject? Body, Outcome? Failure)
{
    /// <summary>There is more of an answer than is read.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>Told apart from the page of a web server that knows no SCIM: an error of RFC 7644 section 3.12, or near enough.</summary>
    public bool IsScim => ScimJson.Get(Body, "schemas") is JsonArray || ScimJson.Text(Body, "detail") is not null;

    public bool IsGone => Status is 404 or 410;

    /// <summary>A conflict says 409; some servers say 400 and the right word (RFC 7644 section 3.12, uniqueness).</summary>
    public bool IsConflict => Status == 409 || (Status == 400 && IsOfType("uniqueness"));

    public bool IsOfType(string scimType) => string.Equals(ScimJson.Text(Body, "scimType"), scimType, StringComparison.OrdinalIgnoreCase);
}
