namespace ScimBridge.Sandbox.Graph;

/// <summary>A Microsoft Entra tenant to run behind a stand-in of Microsoft Graph: its name in the URL and its id, a GUID.</summary>
public sealed record GraphOptions(string Name, string TenantId)
{
    /// <summary>The app registrations that may ask for tokens.</summary>
    public IReadOnlyList<GraphApp> Apps { get; init; } = [];

    /// <summary>The verified domains.</summary>
    public IReadOnlyList<string> Domains { get; init; } = ["corp.example"];

    /// <summary>The switches at start and after a reset.</summary>
    public GraphSettings Settings { get; init; } = new();

    /// <summary>Whether it remembers every exchange; under a load of hundreds of thousands it had better not.</summary>
    public bool KeepsCalls { get; init; } = true;

    /// <summary>Is told of every exchange with Graph that was answered; items of a batch come one by one, behind their batch.</summary>
    public Action<GraphExchange>? Observe { get; init; }
}

/// <summary>An app registration with application permissions.</summary>
/// <param name="ClientId">Its application (client) id.</param>
/// <param name="Roles">The application permissions that were consented to, such as <c>User.ReadWrite.All</c>.</param>
public sealed record GraphApp(string ClientId, IReadOnlyList<string> Roles)
{
    /// <summary>Its client secret.</summary>
    public string? Secret { get; init; }

    /// <summary>The certificate that its assertions are signed with, as PEM.</summary>
    public string? CertificatePem { get; init; }

    /// <summary>Whose tokens stand for it.</summary>
    public GraphFederation? Federation { get; init; }
}

/// <summary>A federated credential: the tokens of a workload elsewhere that stand for the app.</summary>
/// <param name="Issuer">What they say as <c>iss</c>.</param>
/// <param name="Subject">What they say as <c>sub</c>.</param>
/// <param name="PublicKeyPem">The key that signs them.</param>
public sealed record GraphFederation(string Issuer, string Subject, string PublicKeyPem);

/// <summary>A call and its answer.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path and the query behind <c>/v1.0</c>.</param>
/// <param name="Request">The body that was sent.</param>
/// <param name="Status">The status; 0 where the connection was dropped.</param>
/// <param name="Reply">The body of the answer.</param>
public sealed record GraphExchange(string Method, string Path, string Request, int Status, string Reply);
