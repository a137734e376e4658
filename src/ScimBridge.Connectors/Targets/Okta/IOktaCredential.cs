using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>How calls say who makes them.</summary>
internal interface IOktaCredential : IDisposable
{
    /// <summary>Puts the credential on a call; what kept it from being had, where it cannot be.</summary>
    Task<Outcome?> ApplyAsync(HttpRequestMessage request, CancellationToken cancel);

    /// <summary>Whether this refusal may be due to what was put on, and something new can be.</summary>
    bool IsWorthAnother(HttpRequestMessage request, HttpResponseMessage response);
}
