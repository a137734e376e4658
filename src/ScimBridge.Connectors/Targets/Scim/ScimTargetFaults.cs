using System.Text.RegularExpressions;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>Finds everything that is wrong with a target's configuration.</summary>
internal static partial class ScimTargetFaults
{
    // What HTTP or the connector itself says; a second word on it would be believed by nobody in particular.
    private static readonly string[] OwnHeaders = ["Authorization", "Content-Type", "Content-Length", "Host", "If-Match", "Transfer-Encoding", "Connection"];

    public static IEnumerable<ConfigurationFault> Of(ScimTargetOptions options)
    {
        if (FaultOfAddress(options.BaseUrl, "https://idp.example/scim/v2", options.AllowPrivateAddresses) is { } address)
            yield return new("baseUrl", address);
        foreach (var fault in OfCredential(options))
            yield return fault;
        if (!ScimDialects.All.ContainsKey(options.Dialect))
            yield return new("dialect", $"There is no dialect '{options.Dialect}'; there are {string.Join(", ", ScimDialects.All.Keys)}.");
        if (options.Match.Distinct().Count() != options.Match.Count)
            yield return new("match", "Each of them once.");
        if (options.TimeoutSeconds is < 1 or > 600)
            yield return new("timeoutSeconds", "The time for one call is between 1 and 600 seconds.");
        if (options.InFlight is < 1 or > 256)
            yield return new("inFlight", "Between 1 and 256 calls may be under way at once.");
        foreach (var fault in OfTraits(options))
            yield return fault;
        foreach (var fault in OfServiceAccounts(options))
            yield return fault;
    }

    private static IEnumerable<ConfigurationFault> OfServiceAccounts(ScimTargetOptions options)
    {
        if (options.ServiceAccounts is not { } accounts)
            yield break;
        if (accounts.Find.Count == 0)
            yield return new("serviceAccounts.find", "At least one rule tells which users are no people, or leave serviceAccounts out.");
        for (var i = 0; i < accounts.Find.Count; i++)
        {
            if (accounts.Find[i].Attribute is not { } attribute || ScimPath.Parse(attribute) is null)
                yield return new($"serviceAccounts.find[{i}].attribute", "An attribute of users, such as userType.");
            if (string.IsNullOrEmpty(accounts.Find[i].Value))
                yield return new($"serviceAccounts.find[{i}].value", "The value that tells them from people is required.");
        }

        if (accounts.ProbeUrl is { } url && FaultOfAddress(url, "https://idp.example/api/me", options.AllowPrivateAddresses, allowsQuery: true) is { } fault)
            yield return new("serviceAccounts.probeUrl", fault);
    }

    /// <summary>What is wrong with an address that a credential is sent to; null where nothing is.</summary>
    public static string? FaultOfAddress(string? address, string example, bool allowPrivateAddresses, bool allowsQuery = false)
    {
        if (string.IsNullOrWhiteSpace(address))
            return $"The address is required, such as {example}.";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            return "The address is not an absolute https address.";
        if (uri.UserInfo.Length > 0 || (uri.Query.Length > 0 && !allowsQuery) || uri.Fragment.Length > 0)
            return "The address has a user, a query or a fragment: give the part before it.";
        return uri.Scheme == Uri.UriSchemeHttp && !allowPrivateAddresses
            ? "The token would travel in the clear: use https. Plain http is only for allowPrivateAddresses."
            : null;
    }

    private static IEnumerable<ConfigurationFault> OfCredential(ScimTargetOptions options)
    {
        if (options is { Token: not null, OAuth: not null })
            yield return new("token", "Either a token or oauth.");
        if (options is { Token: null, OAuth: null })
            yield return new("token", """A bearer token is required: { "env": "NAME" } or { "file": "path" }; or oauth.""");
        foreach (var fault in options.Token?.Faults("token") ?? [])
            yield return fault;
        foreach (var fault in options.OAuth?.Faults("oauth", options.AllowPrivateAddresses) ?? [])
            yield return fault;
    }

    private static IEnumerable<ConfigurationFault> OfTraits(ScimTraits traits)
    {
        if (traits.MembersPerCall is < 1 or > 10_000)
            yield return new("membersPerCall", "Between 1 and 10,000 members go into one call.");
        if (traits.PageSize is < 1 or > 10_000)
            yield return new("pageSize", "Between 1 and 10,000 resources are asked for at once.");
        if (traits.UsersPath is { } users && !Segment().IsMatch(users))
            yield return new("usersPath", "The name of a collection has letters, digits, '-' and '_'.");
        if (traits.GroupsPath is { } groups && !Segment().IsMatch(groups))
            yield return new("groupsPath", "The name of a collection has letters, digits, '-' and '_'.");
        for (var i = 0; i < traits.Required?.Count; i++)
        {
            if (ScimPath.Parse(traits.Required[i]) is null)
                yield return new($"required[{i}]", "This is no SCIM path, such as name.givenName or phoneNumbers[work].");
        }

        foreach (var (name, value) in traits.Headers ?? [])
        {
            if (!Token().IsMatch(name) || OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
                yield return new($"headers['{name}']", "This is no header that may be set.");
            else if (value.Any(c => c is < ' ' or > '~'))
                yield return new($"headers['{name}']", "The value has characters that cannot stand in an HTTP header.");
        }
    }

    /// <summary>One path segment, which cannot lead elsewhere.</summary>
    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.NonBacktracking)]
    internal static partial Regex Segment();

    /// <summary>The name of a header (RFC 9110 section 5.6.2).</summary>
    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
