using System.ComponentModel;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// An app for API-driven inbound provisioning: users are handed to Microsoft's provisioning service, which maps, matches and writes them.
/// </summary>
public sealed class EntraBulkTargetOptions : EntraConnectionOptions, IConnectorOptions
{
    /// <summary>As many as two uploads take.</summary>
    public EntraBulkTargetOptions() => InFlight = 2 * EntraBulkUploads.MostInUpload;

    /// <summary>The object id of the provisioning app's service principal.</summary>
    public string? ServicePrincipalId { get; set; }

    /// <summary>The id of its provisioning job: <c>API2AAD.…</c> or <c>API2AD.…</c>.</summary>
    public string? JobId { get; set; }

    /// <summary>
    /// The SCIM path of what is sent as <c>externalId</c>, by which the service matches (unless it is told otherwise) with employeeId:
    /// what says who it is for as long as they work there.
    /// </summary>
    [Description("The SCIM path of what is sent as externalId, by which the service matches users.")]
    public string ExternalId { get; set; } = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber";

    /// <inheritdoc/>
    public IReadOnlyList<ConfigurationFault> Faults() => [.. OfAll()];

    private IEnumerable<ConfigurationFault> OfAll()
    {
        foreach (var fault in EntraConnectionFaults.Of(this))
            yield return fault;
        if (!Guid.TryParseExact(ServicePrincipalId, "D", out _))
            yield return new("servicePrincipalId", "The object id of the provisioning app's service principal, a GUID.");
        if (string.IsNullOrEmpty(JobId) || !JobId.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
            yield return new("jobId", "The id of the provisioning job, such as API2AAD.b16687d38faf42adb29892cdcaf01c6e.1a03de52-b9c3-4e2c-a1e3-9145aaa8e530.");
        if (ScimPath.Parse(ExternalId) is null)
            yield return new("externalId", "A SCIM path such as userName, or behind the URN of an extension.");
    }
}
