using System.ComponentModel;

namespace ScimBridge.Connectors.Vaults;

/// <summary>Where secrets are kept: a folder of files, or HashiCorp Vault.</summary>
public sealed class VaultOptions
{
    /// <summary>The folder, on a disk that only the bridge and the consumers can read.</summary>
    [Description("A folder of files, readable by their owner alone; or hashicorp.")]
    public string? Folder { get; set; }

    /// <summary>HashiCorp Vault, or OpenBao: a KV version 2 secrets engine.</summary>
    [Description("A KV version 2 secrets engine of HashiCorp Vault; or folder.")]
    public HashiCorpVaultOptions? HashiCorp { get; set; }

    /// <summary>What is wrong with it.</summary>
    public IEnumerable<ConfigurationFault> Faults(string path)
    {
        if ((Folder is null) == (HashiCorp is null))
            yield return new(path, "Either folder or hashiCorp.");
        if (Folder is { Length: 0 })
            yield return new($"{path}.folder", "The folder is required.");
        foreach (var fault in HashiCorp?.Faults($"{path}.hashiCorp") ?? [])
            yield return fault;
    }

    /// <summary>Makes relative paths absolute.</summary>
    public void Locate(Func<string, string> absolute)
    {
        ArgumentNullException.ThrowIfNull(absolute);
        if (Folder is not null)
            Folder = absolute(Folder);
        foreach (var secret in new[] { HashiCorp?.Token, HashiCorp?.AppRole?.SecretId })
        {
            if (secret?.File is not null)
                secret.File = absolute(secret.File);
        }
    }

    /// <summary>Opens it; of options without faults.</summary>
    public IVault Open(TimeProvider clock) => Folder is not null ? new FolderVault(Folder) : new HashiCorpVault(HashiCorp!, clock);
}
