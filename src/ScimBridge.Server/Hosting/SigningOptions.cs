using System.ComponentModel;
using ScimBridge.Connectors;

namespace ScimBridge.Server.Hosting;

/// <summary>The keys that the bridge signs with: security event tokens with RS256, documents with ES256.</summary>
public sealed class SigningOptions
{
    /// <summary>The keys, in order.</summary>
    [Description("The keys that the bridge signs with. The first RSA key (2,048 bits or more) signs with RS256, the first on P-256 with ES256; the others are published, so that what they signed can still be checked. Of an algorithm without a key the bridge makes one itself and keeps it in the database.")]
    public List<SigningKeyOptions> Keys { get; set; } = [];

    /// <summary>Whether keys that the bridge made are published beside those configured.</summary>
    [Description("Whether a key that the bridge made itself stays published beside those that took its place. false withdraws it: nothing that it signed can be checked any more.")]
    public bool PublishGenerated { get; set; } = true;

    /// <summary>Makes relative paths absolute.</summary>
    internal void Locate(Func<string, string> absolute)
    {
        foreach (var key in Keys)
        {
            if (key.Key?.File is { } file)
                key.Key.File = absolute(file);
        }
    }

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        var sound = new List<SigningKey>();
        for (var i = 0; i < Keys.Count; i++)
        {
            var (path, options) = ($".keys[{i}]", Keys[i]);
            if (options.Id is { } id && (id.Length is 0 or > 100 || id.Any(c => c is <= ' ' or > '~')))
                yield return new($"{path}.id", "has 1 to 100 visible characters of ASCII.");
            if (options.Key is null)
                yield return new($"{path}.key", """is required: { "file": "path" } or { "env": "NAME" }.""");
            else if (Unread(options.Key, $"{path}.key") is { Path: not null } unread)
                yield return unread;
            else if (SigningKey.Fault(options.Key.Read()!) is { } fault)
                yield return new($"{path}.key", fault);
            else
                sound.Add(SigningKey.OfPem(options.Key.Read()!, options.Id));
        }

        foreach (var same in sound.GroupBy(k => k.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return new(".keys", $"has the key {same.Key} more than once.");
        if (PublishGenerated || sound.Count < Keys.Count)
            yield break;
        foreach (var missing in SigningKeys.Algorithms.Except(sound.Select(k => k.Algorithm), StringComparer.Ordinal))
            yield return new(".publishGenerated", $"can be false where there is a key for {missing} among the keys.");
    }

    // A key has line breaks, which no secret may have that goes into a header.
    private static ConfigurationFault Unread(SecretReference key, string path) =>
        key.Faults(path).FirstOrDefault(f => f.Path == path || string.IsNullOrEmpty(key.Read()));
}

/// <summary>A private key.</summary>
public sealed class SigningKeyOptions
{
    /// <summary>Its id.</summary>
    [Description("What the key is called where it is published and in what it signs (kid). Left out: its thumbprint (RFC 7638).")]
    public string? Id { get; set; }

    /// <summary>The key.</summary>
    [Description("The private key as PEM, without a password: RSA of 2,048 bits or more, or EC on the curve P-256.")]
    public SecretReference? Key { get; set; }
}
