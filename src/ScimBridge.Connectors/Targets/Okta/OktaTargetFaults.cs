using System.Text.RegularExpressions;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>Finds everything that is wrong with a target's configuration.</summary>
internal static partial class OktaTargetFaults
{
    public static IEnumerable<ConfigurationFault> Of(OktaTargetOptions options)
    {
        if (FaultOfAddress(options) is { } address)
            yield return new("baseUrl", address);
        foreach (var fault in OfCredential(options))
            yield return fault;
        if (!Name().IsMatch(options.CorrelationAttribute))
            yield return new("correlationAttribute", "An attribute's name begins with a letter and has letters, digits and '_'.");
        if (options.Match.Distinct().Count() != options.Match.Count)
            yield return new("match", "Each of them once.");
        if (options.LoginSuffix is { } suffix && (suffix.Length < 2 || suffix[0] != '@' || suffix.Any(char.IsWhiteSpace)))
            yield return new("loginSuffix", "It begins with @, such as @corp.example.");
        foreach (var fault in OktaProfile.Faults(options))
            yield return fault;
        foreach (var fault in OfAccess(options))
            yield return fault;
        if (options.ServiceAccounts is { Apps: false, ApiTokens: false })
            yield return new("serviceAccounts", "At least one of apps and apiTokens is true, or leave it out.");
        else if (!OktaScopes.Cover(options, OktaScopes.Of(options.ServiceAccounts)))
            yield return new("serviceAccounts", $"It needs {string.Join(" and ", OktaScopes.Of(options.ServiceAccounts))} among the scopes.");
        if (options.Manager == OktaManager.LinkedObject && options.ApiToken is not null)
            yield return new("manager", "Okta takes linked objects from a service app alone: give clientId and privateKey.");
        if (!Name().IsMatch(options.ManagerRelationship))
            yield return new("managerRelationship", "A relationship's name begins with a letter and has letters, digits and '_'.");
        if (options.InFlight is < 1 or > 75)
            yield return new("inFlight", "Between 1 and 75 calls may be under way at once.");
        if (options.MembersPerCall is < 1 or > 1000)
            yield return new("membersPerCall", "Between 1 and 1,000 members make a piece of work.");
        if (options.RateReservePercent is < 0 or > 90)
            yield return new("rateReservePercent", "Between 0 and 90 percent.");
        if (options.TimeoutSeconds is < 1 or > 600)
            yield return new("timeoutSeconds", "The time for one call is between 1 and 600 seconds.");
    }

    private static IEnumerable<ConfigurationFault> OfAccess(OktaTargetOptions options)
    {
        var revoke = options.Revoke ?? [];
        for (var i = 0; i < revoke.Count; i++)
        {
            if (!OktaAccess.Possible.Contains(revoke[i]))
                yield return new($"revoke[{i}]", "One of sessions, tokens, grants, roles, factors, devices: Okta has a call to end these.");
            else if (revoke.IndexOf(revoke[i]) < i)
                yield return new($"revoke[{i}]", "Each of them once.");
            else if (!OktaScopes.Cover(options, OktaScopes.Of(revoke[i])))
                yield return new($"revoke[{i}]", $"It needs {string.Join(" and ", OktaScopes.Of(revoke[i]))} among the scopes.");
        }
    }

    private static IEnumerable<ConfigurationFault> OfCredential(OktaTargetOptions options)
    {
        if (options.ApiToken is not null)
        {
            if (options.ClientId is not null || options.PrivateKey is not null)
                yield return new("apiToken", "Either an API token, or clientId and privateKey.");
            foreach (var fault in options.ApiToken.Faults("apiToken"))
                yield return fault;
            yield break;
        }

        if (string.IsNullOrWhiteSpace(options.ClientId))
            yield return new("clientId", "The client id of an API service app is required, or apiToken.");
        if (options.PrivateKey is null)
            yield return new("privateKey", """The key is required: { "file": "path" } or { "env": "NAME" }.""");
        else if (options.PrivateKey.Faults("privateKey").FirstOrDefault(f => f.Path == "privateKey" || string.IsNullOrEmpty(options.PrivateKey.Read())) is { Path: not null } unread)
            yield return unread;
        else if (OktaSigningKey.Fault(options.PrivateKey.Read()!) is { } fault)
            yield return new("privateKey", fault);
        for (var i = 0; i < options.Scopes.Count; i++)
        {
            if (!Scope().IsMatch(options.Scopes[i]))
                yield return new($"scopes[{i}]", "A scope such as okta.users.manage.");
        }
    }

    private static string? FaultOfAddress(OktaTargetOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.BaseUrl))
            return "The address of the org is required, such as https://corp.okta.com.";
        if (!Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            return "The address is not an absolute https address.";
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return "The address has a user, a query or a fragment: give the part before it.";
        if (uri.Host.Contains("-admin.okta", StringComparison.OrdinalIgnoreCase))
            return "That is the address of the admin console: give the org's own, without -admin.";
        return uri.Scheme == Uri.UriSchemeHttp && !options.AllowPrivateAddresses
            ? "The credential would travel in the clear: use https. Plain http is only for allowPrivateAddresses."
            : null;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,99}$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex("^okta(?:\\.[A-Za-z0-9]+)+$", RegexOptions.NonBacktracking)]
    private static partial Regex Scope();
}
