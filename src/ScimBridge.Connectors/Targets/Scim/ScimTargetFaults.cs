namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>Finds everything that is wrong with a target's configuration.</summary>
internal static class ScimTargetFaults
{
    public static IEnumerable<ConfigurationFault> Of(ScimTargetOptions options)
    {
        if (FaultOfAddress(options) is { } address)
            yield return new("baseUrl", address);
        if (options.Token is null)
            yield return new("token", """A bearer token is required: { "env": "NAME" } or { "file": "path" }.""");
        foreach (var fault in options.Token?.Faults("token") ?? [])
            yield return fault;
        if (options.TimeoutSeconds is < 1 or > 600)
            yield return new("timeoutSeconds", "The time for one call is between 1 and 600 seconds.");
        if (options.InFlight is < 1 or > 256)
            yield return new("inFlight", "Between 1 and 256 calls may be under way at once.");
        if (options.MembersPerCall is < 1 or > 10_000)
            yield return new("membersPerCall", "Between 1 and 10,000 members go into one call.");
    }

    private static string? FaultOfAddress(ScimTargetOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.BaseUrl))
            return "The address is required, such as https://idp.example/scim/v2.";
        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            return "The address is not an absolute https address.";
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return "The address has a user, a query or a fragment: give the part before it.";
        return uri.Scheme == Uri.UriSchemeHttp && !options.AllowPrivateAddresses
            ? "The token would travel in the clear: use https. Plain http is only for allowPrivateAddresses."
            : null;
    }
}
