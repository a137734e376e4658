using System.ComponentModel;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>How Microsoft Graph is called for a tenant: as an app registration with application permissions.</summary>
public abstract class EntraConnectionOptions
{
    /// <summary>The tenant: its id, a GUID, or one of its domains.</summary>
    public string? TenantId { get; set; }

    /// <summary>The application (client) id of the app registration.</summary>
    public string? ClientId { get; set; }

    /// <summary>How the app proves who it is.</summary>
    [Description("How the app proves who it is: one of secret, certificate, workloadIdentity.")]
    public EntraCredentialOptions? Credential { get; set; }

    /// <summary>The cloud that the tenant is in.</summary>
    public EntraCloud Cloud { get; set; } = EntraCloud.Global;

    /// <summary>Where Microsoft Graph is, if not where the cloud has it.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Who hands out tokens, if not who does in the cloud.</summary>
    public string? AuthorityHost { get; set; }

    /// <summary>How many accounts or groups may be in hand at once; each of them takes a call at a time.</summary>
    public int InFlight { get; set; } = 8;

    /// <summary>How long one call may take, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>
    /// Allows an address on the loopback, in a private or a link-local range, and with it plain http; otherwise such an address is
    /// refused whenever a connection to it would be made.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Makes relative paths absolute, beginning at the folder of the configuration.</summary>
    public void Locate(Func<string, string> absolute)
    {
        ArgumentNullException.ThrowIfNull(absolute);
        foreach (var secret in new[] { Credential?.Secret, Credential?.Certificate?.Password })
        {
            if (secret?.File is not null)
                secret.File = absolute(secret.File);
        }

        if (Credential?.Certificate is { File: { } certificate })
            Credential.Certificate.File = absolute(certificate);
        if (Credential?.WorkloadIdentity is { TokenFile: { } token })
            Credential.WorkloadIdentity.TokenFile = absolute(token);
    }
}
