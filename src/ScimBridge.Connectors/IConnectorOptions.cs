namespace ScimBridge.Connectors;

/// <summary>What one source or target is configured by: a plain class that System.Text.Json binds, keys in camelCase.</summary>
public interface IConnectorOptions
{
    /// <summary>Everything that is wrong with the configuration, all at once; empty where a connector can be made of it.</summary>
    IReadOnlyList<ConfigurationFault> Faults();

    /// <summary>Makes relative paths absolute, beginning at the folder of the configuration; called before <see cref="Faults"/>.</summary>
    void Locate(Func<string, string> absolute);
}
