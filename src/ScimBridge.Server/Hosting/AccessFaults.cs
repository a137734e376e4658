using ScimBridge.Connectors;
using ScimBridge.Scim.Quirks;

namespace ScimBridge.Server.Hosting;

/// <summary>Finds everything that is wrong with the issuers of a configuration.</summary>
internal static class AccessFaults
{
    public static IEnumerable<ConfigurationFault> Of(AccessOptions options)
    {
        foreach (var (name, issuer) in options.Issuers)
        {
            var path = StrictJson.Member("$.access.issuers", name);
            if (!IsName(name))
                yield return new(path, "a name has 1 to 40 of a-z, 0-9 and '-'.");
            foreach (var fault in Of(issuer))
                yield return fault with { Path = $"{path}.{fault.Path}" };
        }

        foreach (var same in options.Issuers.Where(i => i.Value.Issuer is not null).GroupBy(i => i.Value.Issuer, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return new(StrictJson.Member("$.access.issuers", same.Last().Key) + ".issuer", "is that of another issuer too.");
    }

    private static IEnumerable<ConfigurationFault> Of(IssuerOptions issuer)
    {
        if (string.IsNullOrWhiteSpace(issuer.Issuer))
            yield return new("issuer", "is required: what the tokens say as \"iss\".");
        if (issuer.Audiences.Count == 0 || issuer.Audiences.Any(string.IsNullOrWhiteSpace))
            yield return new("audiences", "is required: a token for somebody else must not open this bridge.");
        if (issuer is { Keys: not null, Discovery: not null })
            yield return new("keys", "stands instead of discovery; give one of the two.");
        if (issuer.Keys is { } keys && FaultOfAddress(keys) is { } ofKeys)
            yield return new("keys", ofKeys);
        if (issuer.Discovery is { } discovery && FaultOfAddress(discovery) is { } ofDiscovery)
            yield return new("discovery", ofDiscovery);
        if (issuer is { Keys: null, Discovery: null, Issuer: { } own } && !string.IsNullOrWhiteSpace(own) && FaultOfAddress(own) is { } ofIssuer)
            yield return new("discovery", "is required, or keys, where the issuer is no address to find it at: it " + ofIssuer);
        if (ClientProfile.Find(issuer.Profile) is null)
            yield return new("profile", Profiles);
        foreach (var (id, client) in issuer.Clients)
        {
            var path = StrictJson.Member("clients", id);
            if (string.IsNullOrWhiteSpace(client.Name))
                yield return new(path + ".name", "is required.");
            if (ClientProfile.Find(client.Profile) is null)
                yield return new(path + ".profile", Profiles);
        }
    }

    private static string Profiles => $"must be one of {string.Join(", ", ClientProfile.All.Select(p => p.Name))}.";

    // Whoever stands between could hand in keys of their own.
    private static string? FaultOfAddress(string address) => IsSafe(address) ? null : "must be an https address; http is for the loopback alone.";

    /// <summary>Whether keys that are fetched at an address are the issuer's: https, or this very machine.</summary>
    public static bool IsSafe(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
