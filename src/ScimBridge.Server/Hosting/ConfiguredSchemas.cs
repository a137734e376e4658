using ScimBridge.Connectors;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Hosting;

/// <summary>Reads the schemas and resource types that the configuration adds to those of the product.</summary>
internal static class ConfiguredSchemas
{
    /// <summary>The catalogue; null where there are faults, which are added.</summary>
    public static SchemaCatalog? Load(ScimOptions options, bool serviceAccounts, bool agents, string folder, List<ConfigurationFault> faults)
    {
        var schemas = Read(options.Schemas, "$.scim.schemas", folder, faults);
        var types = Read(options.ResourceTypes, "$.scim.resourceTypes", folder, faults);
        if (schemas is null || types is null)
            return null;
        try
        {
            return schemas.Count + types.Count == 0 && !serviceAccounts ? SchemaCatalog.Default : SchemaCatalog.Load(schemas, types, serviceAccounts, agents);
        }
        catch (SchemaCatalogException e)
        {
            faults.AddRange(e.Faults.Select(f => new ConfigurationFault("$.scim", f)));
            return null;
        }
    }

    private static List<string>? Read(List<string> paths, string at, string folder, List<ConfigurationFault> faults)
    {
        var before = faults.Count;
        var texts = new List<string>();
        for (var i = 0; i < paths.Count; i++)
        {
            try
            {
                texts.Add(File.ReadAllText(Path.GetFullPath(paths[i], folder)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                faults.Add(new($"{at}[{i}]", "cannot be read: " + e.Message));
            }
        }

        return faults.Count == before ? texts : null;
    }
}
