using System.ComponentModel;
using ScimBridge.Connectors.Targets.Scim;

namespace ScimBridge.Connectors.Vaults;

/// <summary>A KV version 2 secrets engine of HashiCorp Vault or OpenBao.</summary>
public sealed class HashiCorpVaultOptions
{
    /// <summary>Where Vault is: <c>https://vault.corp.example:8200</c>.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>The path that the secrets engine is mounted at.</summary>
    public string Mount { get; set; } = "secret";

    /// <summary>The namespace (Vault Enterprise); null for none.</summary>
    public string? Namespace { get; set; }

    /// <summary>A token that may read, write and destroy below the path.</summary>
    [Description("A token; or appRole.")]
    public SecretReference? Token { get; set; }

    /// <summary>An AppRole to log in with, in place of a token.</summary>
    [Description("An AppRole to log in with; or token.")]
    public AppRoleOptions? AppRole { get; set; }

    /// <summary>How long one call may take, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Allows an address on the loopback, in a private or a link-local range, and with it plain http.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>What is wrong with it.</summary>
    public IEnumerable<ConfigurationFault> Faults(string path)
    {
        if (ScimTargetFaults.FaultOfAddress(BaseUrl, "https://vault.corp.example:8200", AllowPrivateAddresses) is { } address)
            yield return new($"{path}.baseUrl", address);
        if (!VaultPath.IsValid(Mount))
            yield return new($"{path}.mount", "The path that the engine is mounted at, such as secret.");
        if ((Token is null) == (AppRole is null))
            yield return new($"{path}.token", "Either a token or appRole.");
        foreach (var fault in Token?.Faults($"{path}.token") ?? [])
            yield return fault;
        if (AppRole is { RoleId: null or "" })
            yield return new($"{path}.appRole.roleId", "The role id is required.");
        if (AppRole is { SecretId: null })
            yield return new($"{path}.appRole.secretId", """The secret id is required: { "file": "path" } or { "env": "NAME" }.""");
        foreach (var fault in AppRole?.SecretId?.Faults($"{path}.appRole.secretId") ?? [])
            yield return fault;
        if (TimeoutSeconds is < 1 or > 600)
            yield return new($"{path}.timeoutSeconds", "The time for one call is between 1 and 600 seconds.");
    }
}

/// <summary>An AppRole of Vault. <see href="https://developer.hashicorp.com/vault/docs/auth/approle"/></summary>
public sealed class AppRoleOptions
{
    /// <summary>The role id.</summary>
    public string? RoleId { get; set; }

    /// <summary>Where the secret id is kept.</summary>
    public SecretReference? SecretId { get; set; }

    /// <summary>The path that the method is mounted at.</summary>
    public string Mount { get; set; } = "approle";
}
