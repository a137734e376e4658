namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>The cloud that a tenant is in. <see href="https://learn.microsoft.com/en-us/graph/deployments"/></summary>
public enum EntraCloud
{
    /// <summary>The worldwide one, GCC included.</summary>
    Global = 0,

    /// <summary>US Government L4 (GCC High).</summary>
    UsGov,

    /// <summary>US Government L5 (DoD).</summary>
    Dod,

    /// <summary>China, operated by 21Vianet.</summary>
    China,
}

/// <summary>By what an account that carries no key of ours may be recognised.</summary>
public enum EntraMatch
{
    /// <summary>The employee id.</summary>
    EmployeeId = 0,

    /// <summary>The user principal name.</summary>
    UserPrincipalName,
}

/// <summary>Where a cloud is called.</summary>
/// <param name="Authority">Who hands out tokens.</param>
/// <param name="Graph">Microsoft Graph, and the resource that tokens are for.</param>
internal readonly record struct EntraEndpoints(string Authority, string Graph)
{
    public static EntraEndpoints Of(EntraCloud cloud) => cloud switch
    {
        EntraCloud.UsGov => new("https://login.microsoftonline.us", "https://graph.microsoft.us"),
        EntraCloud.Dod => new("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        EntraCloud.China => new("https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
        _ => new("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    };
}
