using System.Security;

namespace ScimBridge.Connectors;

/// <summary>
/// Where a secret is kept: <c>{ "env": "NAME" }</c> or <c>{ "file": "path" }</c>, so that a configuration can be shown and checked in.
/// <c>{ "value": "..." }</c> writes it out, and is meant for demonstrations and tests.
/// </summary>
public sealed class SecretReference
{
    /// <summary>The environment variable that holds the secret.</summary>
    public string? Env { get; set; }

    /// <summary>The file that holds the secret; space and line breaks around it do not count.</summary>
    public string? File { get; set; }

    /// <summary>The secret itself.</summary>
    public string? Value { get; set; }

    /// <summary>What keeps the secret from being read and sent in a header; never the secret.</summary>
    public IEnumerable<ConfigurationFault> Faults(string path)
    {
        if (new[] { Env, File, Value }.Count(way => way is not null) != 1)
        {
            yield return new(path, "Exactly one of env, file and value is needed.");
            yield break;
        }

        var (way, secret) = (Env is not null ? "env" : File is not null ? "file" : "value", Read());
        var fault = secret switch
        {
            null when Env is not null => $"The environment variable {Env} is not set.",
            null => $"The file {File} cannot be read.",
            "" => "The secret is empty.",
            _ when secret.Any(c => c is < '!' or > '~') => "The secret has characters that cannot stand in an HTTP header.",
            _ => null,
        };
        if (fault is not null)
            yield return new($"{path}.{way}", fault);
    }

    /// <summary>The secret, or null where it cannot be had.</summary>
    public string? Read()
    {
        if (Env is not null)
            return Environment.GetEnvironmentVariable(Env)?.Trim();
        if (File is null)
            return Value?.Trim();
        try
        {
            return System.IO.File.ReadAllText(File).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException or ArgumentException
            or NotSupportedException)
        {
            return null;
        }
    }
}
