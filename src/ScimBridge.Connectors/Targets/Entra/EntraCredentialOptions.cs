using System.ComponentModel;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>How the app proves who it is: exactly one of the three.</summary>
public sealed class EntraCredentialOptions
{
    /// <summary>A client secret. It can be copied and it runs out: a certificate or a workload identity is the better choice.</summary>
    [Description("A client secret.")]
    public SecretReference? Secret { get; set; }

    /// <summary>A certificate with its private key.</summary>
    public EntraCertificateOptions? Certificate { get; set; }

    /// <summary>The identity of the workload that the bridge runs as, which the app trusts (a federated credential).</summary>
    public EntraWorkloadOptions? WorkloadIdentity { get; set; }
}

/// <summary>A certificate whose public half is registered with the app.</summary>
public sealed class EntraCertificateOptions
{
    /// <summary>The file: PEM with certificate and private key, or PKCS #12 (.pfx, .p12).</summary>
    public string? File { get; set; }

    /// <summary>The password of the file or of its key.</summary>
    public SecretReference? Password { get; set; }
}

/// <summary>A workload identity, as Kubernetes projects one.</summary>
public sealed class EntraWorkloadOptions
{
    /// <summary>The file with the workload's token; without one, the environment variable AZURE_FEDERATED_TOKEN_FILE says it.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Where the token is.</summary>
    internal string? Path() => TokenFile ?? Environment.GetEnvironmentVariable("AZURE_FEDERATED_TOKEN_FILE");
}
