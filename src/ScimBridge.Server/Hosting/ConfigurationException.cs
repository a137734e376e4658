using ScimBridge.Connectors;

namespace ScimBridge.Server.Hosting;

/// <summary>The configuration cannot be used; all faults are listed at once, each with its JSON path.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ConfigurationException(string file, IReadOnlyList<ConfigurationFault> faults)
        : base($"{file} cannot be used:{string.Concat(faults.Select(f => $"{Environment.NewLine}  {f.Path}: {f.Message}"))}")
    {
        Faults = faults;
    }

    /// <summary>Creates the exception.</summary>
    public ConfigurationException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>All faults.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; } = [];
}
