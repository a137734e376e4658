namespace ScimBridge.Sandbox.Okta;

/// <summary>An Okta org to run: its name in the URL and an API token with every right.</summary>
public sealed record OktaOptions(string Name, string ApiToken)
{
    /// <summary>The API service apps that it knows.</summary>
    public IReadOnlyList<OktaApp> Apps { get; init; } = [];

    /// <summary>The switches at start and after a reset.</summary>
    public OktaSettings Settings { get; init; } = new();

    /// <summary>Whether it remembers every exchange; under a load of hundreds of thousands it had better not.</summary>
    public bool KeepsCalls { get; init; } = true;

    /// <summary>Is told of every exchange that was answered.</summary>
    public Action<OktaExchange>? Observe { get; init; }
}

/// <summary>An API service app.</summary>
/// <param name="ClientId">Its id.</param>
/// <param name="PublicKeyPem">The key that its assertions are signed with.</param>
/// <param name="Scopes">The scopes that it was granted.</param>
/// <param name="DemandsDpop">Its tokens must be bound to a key, as is the rule for new apps.</param>
public sealed record OktaApp(string ClientId, string PublicKeyPem, IReadOnlyList<string> Scopes, bool DemandsDpop = true);

/// <summary>A call and its answer.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path and the query behind the org's address.</param>
/// <param name="Request">The body that was sent.</param>
/// <param name="Status">The status; 0 where the connection was dropped.</param>
/// <param name="Reply">The body of the answer.</param>
public sealed record OktaExchange(string Method, string Path, string Request, int Status, string Reply);
