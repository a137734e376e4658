using ScimBridge.Connectors.Targets.Scim.Dialects;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>Every dialect, by the word that a configuration says; a new one is a file and a line here.</summary>
internal static class ScimDialects
{
    /// <summary>RFC 7644, of which nothing is to be told.</summary>
    public const string Rfc = "rfc";

    public static IReadOnlyDictionary<string, ScimDialect> All { get; } = new Dictionary<string, ScimDialect>(StringComparer.Ordinal)
    {
        [Rfc] = new(new ScimTraits()),
        ["aws-identity-center"] = AwsIdentityCenter.Dialect,
        ["github"] = GitHub.Dialect,
        ["slack"] = Slack.Dialect,
        ["atlassian"] = Atlassian.Dialect,
        ["databricks"] = Databricks.Dialect,
        ["snowflake"] = Snowflake.Dialect,
        ["salesforce"] = Salesforce.Dialect,
        ["entra-scim"] = EntraScim.Dialect,
        ["google-cloud-identity"] = GoogleCloudIdentity.Dialect,
    };
}
