namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>How calls say who makes them.</summary>
internal interface ICredential
{
    /// <summary>
    /// Puts the credential on a call; gets one first where that takes a call of its own. Null where it is there; else the answer that
    /// kept it from being had.
    /// </summary>
    Task<HttpAnswer?> ApplyAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpAnswer>> send, CancellationToken cancel);

    /// <summary>Says that the system refused what was put on; true where another try with a new one may help.</summary>
    bool Refused();
}
