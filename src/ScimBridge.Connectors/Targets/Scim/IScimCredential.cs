using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>What a call proves itself with.</summary>
internal interface IScimCredential : IDisposable
{
    /// <summary>Puts the credential on a call; what kept it from being had, where it cannot be.</summary>
    ValueTask<Outcome?> ApplyAsync(HttpRequestMessage request, CancellationToken cancel);

    /// <summary>Hears that the call was answered 401. True where another credential can be had, with which it may be tried once more.</summary>
    bool Drop(HttpRequestMessage refused);
}
