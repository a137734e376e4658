using System.ComponentModel;
using NodaTime;
using ScimBridge.Connectors;
using ScimBridge.Connectors.Vaults;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Server.Hosting;

/// <summary>How credentials of service accounts are exchanged, and how often targets are gone through for accounts that nobody knows.</summary>
public sealed class RotationOptions
{
    private const double MostHours = 24 * 366;

    /// <summary>Where new secrets are put for those who use them.</summary>
    [Description("Where new secrets are put for those who use them: a folder, or HashiCorp Vault. Left out: nothing is exchanged, and what leavers know is disabled or somebody answers for it.")]
    public VaultOptions? Vault { get; set; }

    /// <summary>The path of an account's secret in the vault.</summary>
    [Description("The path of an account's secret in the vault; {target}, {remoteId} and {id} stand for the account.")]
    public string Path { get; set; } = "scimbridge/{target}/{remoteId}";

    /// <summary>Who is told that a new secret is there.</summary>
    [Description("Who is told by a signed webhook that a new secret is in the vault, and may confirm by a signed answer that it is in use.")]
    public HandoverOptions? Handover { get; set; }

    /// <summary>How long an old secret is kept beside a new one.</summary>
    [Description("Hours for which an old secret is kept beside the new one, at most: it goes as soon as the new one is seen in use, or confirmed.")]
    public double OverlapHours { get; set; } = 24;

    /// <summary>How often targets are gone through.</summary>
    [Description("Hours between two runs through a target for identities that nobody knows. 0: never.")]
    public double DiscoverEveryHours { get; set; } = 6;

    /// <summary>The policy of these options.</summary>
    internal RotationPolicy ToPolicy() => new() { Overlap = Duration.FromHours(OverlapHours) };

    /// <summary>Makes relative paths absolute.</summary>
    internal void Locate(Func<string, string> absolute)
    {
        Vault?.Locate(absolute);
        foreach (var key in Handover?.Keys ?? [])
        {
            if (key.File is not null)
                key.File = absolute(key.File);
        }
    }

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults(string? publicUrl)
    {
        foreach (var fault in Vault?.Faults(".vault") ?? [])
            yield return fault;
        if (!VaultPath.IsValid(Filled("t", "r", "i")) || !(Path.Contains("{id}", StringComparison.Ordinal) || Path.Contains("{remoteId}", StringComparison.Ordinal)))
            yield return new(".path", "is a path of names between slashes, with {id} or {remoteId} in it.");
        foreach (var fault in Handover?.Faults(publicUrl) ?? [])
            yield return fault with { Path = ".handover" + fault.Path };
        if (Handover is not null && Vault is null)
            yield return new(".handover", "needs a vault: the message says where the secret is, and never what it is.");
        if (OverlapHours is not (>= 0 and <= MostHours))
            yield return new(".overlapHours", "must be from 0 to a year.");
        if (DiscoverEveryHours is not (>= 0 and <= MostHours))
            yield return new(".discoverEveryHours", "must be from 0, for never, to a year.");
    }

    /// <summary>The path of an account's secret.</summary>
    internal string Filled(string target, string remoteId, string id) => Path
        .Replace("{target}", VaultPath.Escape(target), StringComparison.Ordinal)
        .Replace("{remoteId}", VaultPath.Escape(remoteId), StringComparison.Ordinal)
        .Replace("{id}", VaultPath.Escape(id), StringComparison.Ordinal);
}

/// <summary>A receiver of signed messages about new secrets.</summary>
public sealed class HandoverOptions
{
    /// <summary>Where to post to.</summary>
    [Description("Where to post to; https, or http where private addresses are allowed.")]
    public string Url { get; set; } = "";

    /// <summary>The keys of the signature, both ways.</summary>
    [Description("The keys of the signature, of the message and of the answer; several while one takes the place of another.")]
    public List<SecretReference> Keys { get; set; } = [];

    /// <summary>How long an answer may take.</summary>
    [Description("Seconds that an answer may take.")]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Whether private addresses may be called.</summary>
    [Description("Whether private and loopback addresses, and plain http, are allowed.")]
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults(string? publicUrl)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(url.Scheme == "http" && AllowPrivateAddresses)))
            yield return new(".url", "must be an https address; http needs allowPrivateAddresses.");
        if (publicUrl is null)
            yield return new("", "needs $.server.publicUrl: the message says where to confirm.");
        if (Keys.Count == 0)
            yield return new(".keys", "needs a key.");
        for (var i = 0; i < Keys.Count; i++)
        {
            foreach (var fault in Keys[i].Faults($".keys[{i}]"))
                yield return fault;
        }

        if (TimeoutSeconds is < 1 or > 60)
            yield return new(".timeoutSeconds", "must be from 1 to 60.");
    }
}
