using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>What came back of one call.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The answer, where it is a JSON object of at most 1 MiB.</param>
/// <param name="Failure">What a call that did not succeed comes to, unless its verb knows better; null for 2xx.</param>
/// <param name="ETag">The version of the resource in the answer, where the server says it in a header.</param>
/// <param name="IsTooLong">The answer is longer than that, and was not read.</param>
internal readonly partial record struct ScimReply(
    int Status, JsonObject? Body, Outcome? Failure, string? ETag = null, bool IsTooLong = false)
{
    /// <summary>
    /// Told apart from the page of a web server that knows no SCIM: an error of RFC 7644 section 3.12, or near enough, as the
    /// <c>Errors</c> of version 1.1.
    /// </summary>
    public bool IsScim =>
        ScimJson.Get(Body, "schemas") is JsonArray || ScimJson.Text(Body, "detail") is not null || ScimJson.Get(Body, "Errors") is not null;

    public bool IsGone => Status is 404 or 410;

    /// <summary>
    /// A conflict says 409; some servers say 400 and the right word (RFC 7644 section 3.12, uniqueness), or no word and a sentence.
    /// </summary>
    public bool IsConflict => Status == 409 || (Status == 400 && (IsOfType("uniqueness") || (!HasType && SaysTaken)));

    /// <summary>Too much for one request, by status, or by a word for it: RFC 7644 section 3.12, tooMany.</summary>
    public bool IsTooBig => Status == 413 || (Status == 400 && IsOfType("tooMany"));

    /// <summary>A filter that the server does not take: RFC 7644 section 3.12, invalidFilter, or no word for it, or no filters at all.</summary>
    public bool IsFilterRefused => Status == 501 || (Status == 400 && Body is not null && (IsOfType("invalidFilter") || !HasType));

    private bool HasType => ScimJson.Text(Body, "scimType") is not null;

    private bool SaysTaken => ScimFailures.Sentence(Body) is { } sentence && Taken().IsMatch(sentence);

    public bool IsOfType(string scimType) => string.Equals(ScimJson.Text(Body, "scimType"), scimType, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("already exist|already taken|already in use|is taken|_taken|must be unique", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Taken();
}
