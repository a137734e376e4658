using System.Text.RegularExpressions;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>Finds everything that is wrong with how Graph is to be called.</summary>
internal static partial class EntraConnectionFaults
{
    public static IEnumerable<ConfigurationFault> Of(EntraConnectionOptions options)
    {
        if (options.TenantId is null || !Tenant().IsMatch(options.TenantId))
            yield return new("tenantId", "The tenant's id, a GUID, or one of its domains.");
        if (!Guid.TryParseExact(options.ClientId, "D", out _))
            yield return new("clientId", "The application (client) id of the app registration, a GUID.");
        foreach (var fault in OfCredential(options.Credential))
            yield return fault;
        if (FaultOfAddress(options.BaseUrl, options.AllowPrivateAddresses) is { } address)
            yield return new("baseUrl", address);
        if (FaultOfAddress(options.AuthorityHost, options.AllowPrivateAddresses) is { } authority)
            yield return new("authorityHost", authority);
        if (options.InFlight is < 1 or > 200)
            yield return new("inFlight", "Between 1 and 200 accounts may be in hand at once.");
        if (options.TimeoutSeconds is < 1 or > 600)
            yield return new("timeoutSeconds", "The time for one call is between 1 and 600 seconds.");
    }

    private static IEnumerable<ConfigurationFault> OfCredential(EntraCredentialOptions? credential)
    {
        var ways = new object?[] { credential?.Secret, credential?.Certificate, credential?.WorkloadIdentity };
        if (ways.Count(way => way is not null) != 1)
        {
            yield return new("credential", "Exactly one of secret, certificate and workloadIdentity is needed.");
            yield break;
        }

        foreach (var fault in credential!.Secret?.Faults("credential.secret") ?? [])
            yield return fault;
        if (credential.Certificate is { } certificate)
        {
            var unread = (certificate.Password?.Faults("credential.certificate.password") ?? []).ToList();
            foreach (var fault in unread)
                yield return fault;
            if (unread.Count == 0 && EntraCertificate.Fault(certificate) is { } wrong)
                yield return new("credential.certificate.file", wrong);
        }

        if (credential.WorkloadIdentity is { } workload && workload.Path() is null)
            yield return new("credential.workloadIdentity", "Where the workload's token is: tokenFile, or the environment variable AZURE_FEDERATED_TOKEN_FILE.");
    }

    private static string? FaultOfAddress(string? address, bool allowPlain)
    {
        if (address is null)
            return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http"))
            return "The address is not an absolute https address.";
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return "The address has a user, a query or a fragment: give the part before it.";
        return uri.Scheme == Uri.UriSchemeHttp && !allowPlain
            ? "The credential would travel in the clear: use https. Plain http is only for allowPrivateAddresses."
            : null;
    }

    [GeneratedRegex("^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$", RegexOptions.NonBacktracking)]
    private static partial Regex Tenant();
}
