using System.ComponentModel;
using ScimBridge.Connectors;

namespace ScimBridge.Server.Hosting;

/// <summary>Where an old credential is used, to see that it is refused.</summary>
public sealed class ProbeOptions
{
    /// <summary>The address.</summary>
    [Description("An address that answers a good credential with 2xx, a bad one with 401 or 403, and changes nothing.")]
    public string Url { get; set; } = "";

    /// <summary>The header.</summary>
    [Description("The header that carries the credential.")]
    public string Header { get; set; } = "Authorization";

    /// <summary>What stands before the credential in it.</summary>
    [Description("What stands before the credential in the header, such as \"Bearer \", \"SSWS \" or \"sid=\".")]
    public string Prefix { get; set; } = "Bearer ";

    /// <summary>Whether private addresses may be called.</summary>
    [Description("Whether private and loopback addresses, and plain http, are allowed.")]
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(url.Scheme == "http" && AllowPrivateAddresses)))
            yield return new(".url", "must be an https address; http needs allowPrivateAddresses.");
        if (Header.Length == 0 || !Header.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            yield return new(".header", "must be the name of a header.");
        if (Prefix.Any(char.IsControl))
            yield return new(".prefix", "must not have control characters.");
    }
}
