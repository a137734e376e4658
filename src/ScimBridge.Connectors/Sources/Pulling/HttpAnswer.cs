namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>What a system answered. Messages about it name the call and the status and never repeat what is in it.</summary>
/// <param name="Call">The method and the path, without what was asked for.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="MediaType">What the body says that it is.</param>
/// <param name="Body">The body.</param>
/// <param name="Links">The <c>Link</c> headers (RFC 8288).</param>
/// <param name="RetryAfter">How long the system asks to wait.</param>
internal sealed record HttpAnswer(
    string Call, int Status, string? MediaType, ReadOnlyMemory<byte> Body, IReadOnlyList<string> Links, TimeSpan? RetryAfter)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Whether the same call may succeed a little later.</summary>
    public bool IsPassing => Status is 408 or 425 or 429 or >= 500 and not 501;

    /// <summary>Why this answer ends the feed.</summary>
    public FeedException AsFault() => new($"{Call}: {Status}. {Meaning()}") { RetryAfter = RetryAfter };

    /// <summary>Makes sure that a success is JSON: a sign-in page is answered with 200 as well.</summary>
    public HttpAnswer AsJson() => !IsSuccess
        ? throw AsFault()
        : MediaType is null || MediaType.Contains("json", StringComparison.OrdinalIgnoreCase)
            ? this
            : throw new FeedException($"{Call}: {Status}, and {MediaType} instead of JSON: a sign-in page, or not the address of the interface.");

    private string Meaning() => Status switch
    {
        401 => "The credential is refused.",
        403 => "The credential may not read this.",
        404 or 410 => "There is nothing at this address.",
        429 => "Too many calls, also after several tries.",
        >= 300 and < 400 => "The system redirects, as to a sign-in page; redirects are not followed.",
        >= 500 => "The system failed, also after several tries.",
        _ => "The system refuses the call.",
    };
}
