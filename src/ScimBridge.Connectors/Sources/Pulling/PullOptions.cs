using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>What every source declares that is called over HTTP.</summary>
public abstract class PullOptions : DeclarationOptions
{
    /// <summary>How long one call may take, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 100;

    /// <summary>
    /// Allows an address on the loopback, in a private or a link-local range, and with it plain http; otherwise such an address is
    /// refused whenever a connection to it would be made.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<ConfigurationFault> Faults()
    {
        var faults = new List<ConfigurationFault>(OwnFaults());
        if (TimeoutSeconds is < 1 or > 3600)
            faults.Add(new("timeoutSeconds", "The time for one call is between 1 and 3,600 seconds."));
        faults.AddRange(DeclarationFaults.Of(this));
        faults.AddRange(DeclarationFaults.OfPaths(this));
        return faults;
    }

    /// <summary>What is wrong with the part that is this kind's alone.</summary>
    internal abstract IEnumerable<ConfigurationFault> OwnFaults();

    /// <summary>What is wrong with an address.</summary>
    internal IEnumerable<ConfigurationFault> FaultsOfAddress(string path, string? address, string example)
    {
        if (string.IsNullOrWhiteSpace(address))
            yield return new(path, $"The address is required, such as {example}.");
        else if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            yield return new(path, "The address is not an absolute https address.");
        else if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            yield return new(path, "The address has a user or a fragment: give the part without it.");
        else if (uri.Scheme == Uri.UriSchemeHttp && !AllowPrivateAddresses)
            yield return new(path, "The credential would travel in the clear: use https. Plain http is only for allowPrivateAddresses.");
    }

    /// <summary>What is wrong with a secret that must be there.</summary>
    internal static IEnumerable<ConfigurationFault> FaultsOfSecret(string path, SecretReference? secret) =>
        secret is null
            ? [new(path, """A secret is required: { "env": "NAME" } or { "file": "path" }.""")]
            : secret.Faults(path);

    /// <summary>Makes the file of a secret absolute.</summary>
    internal static void Locate(SecretReference? secret, Func<string, string> absolute)
    {
        if (secret?.File is not null)
            secret.File = absolute(secret.File);
    }
}
