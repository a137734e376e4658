namespace ScimBridge.Provisioning.Mapping;

/// <summary>A configured mapping cannot be done for one worker or one account; for the others it is as good as before.</summary>
public sealed class MappingException : Exception
{
    /// <summary>Says which mapping, and why.</summary>
    /// <param name="path">JSON path of the mapping in the configuration.</param>
    /// <param name="reason">Why, in a sentence that has no value of the worker in it.</param>
    public MappingException(string path, string reason)
        : base($"{path}: {reason}")
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>Creates it without saying which.</summary>
    public MappingException()
        : this("$", "The mapping failed.")
    {
    }

    /// <summary>Creates it without saying which.</summary>
    public MappingException(string message)
        : this("$", message)
    {
    }

    /// <summary>Creates it without saying which.</summary>
    public MappingException(string message, Exception innerException)
        : base(message, innerException)
    {
        Path = "$";
        Reason = message;
    }

    /// <summary>JSON path of the mapping in the configuration.</summary>
    public string Path { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }
}
