using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>What came back of one call.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The answer, where it is a JSON object of at most 1 MiB.</param>
/// <param name="Failure">What a call that did not succeed comes to, unless its verb knows better; null for 2xx.</param>
/// <param name="ETag">The version of the resource in the answer, where the server says it in a header.</param>
internal readonly record struct ScimReply(int Status, JsonObject? Body, Outcome? Failure, string? ETag = null)
{
    /// <summary>There is more of an answer than is read.</summary>
    public bool IsTooLong { get; init; }

    /// <summary>
    /// Told apart from the page of a web server that knows no SCIM: an error of RFC 7644 section 3.12, or near enough, as the
    /// <c>Errors</c> of version 1.1.
    /// </summary>
    public bool IsScim =>
        ScimJson.Get(Body, "schemas") is JsonArray || ScimJson.Text(Body, "detail") is not null || ScimJson.Get(Body, "Errors") is not null;

    public bool IsGone => Status is 404 or 410;

    /// <summary>A conflict says 409; some servers say 400 and the right word (RFC 7644 section 3.12, uniqueness).</summary>
    public bool IsConflict => Status == 409 || (Status == 400 && IsOfType("uniqueness"));

    /// <summary>Too much for one request, by status, or by a word for it: RFC 7644 section 3.12, tooMany.</summary>
    public bool IsTooBig => Status == 413 || (Status == 400 && IsOfType("tooMany"));

    /// <summary>A filter that the server does not take: RFC 7644 section 3.12, invalidFilter, or a lack of all filters.</summary>
    public bool IsFilterRefused => Status == 501 || (Status == 400 && Body is not null);

    public bool IsOfType(string scimType) => string.Equals(ScimJson.Text(Body, "scimType"), scimType, StringComparison.OrdinalIgnoreCase);
}
