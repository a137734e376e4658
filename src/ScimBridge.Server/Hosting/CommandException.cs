namespace ScimBridge.Server.Hosting;

/// <summary>A command cannot be carried out; the message says why, to the person who typed it.</summary>
public sealed class CommandException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CommandException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public CommandException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public CommandException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
