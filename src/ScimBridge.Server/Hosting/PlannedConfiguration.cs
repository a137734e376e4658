using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// Reads a configuration to plan with it, not to run it: a secret that cannot be read here does not matter, because nobody is called. Where
/// a key has to be read to be understood, as a private key of Okta, it must be there all the same.
/// </summary>
public static class PlannedConfiguration
{
    private static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or has faults; all are listed.</exception>
    public static BridgeConfiguration Load(string path, IDictionary environment)
    {
        try
        {
            return Parse(File.ReadAllText(path), path, environment);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Checks the text of a configuration.</summary>
    /// <param name="text">JSON; comments and trailing commas are allowed.</param>
    /// <param name="path">Where it comes from; relative paths in it start at that folder.</param>
    /// <param name="environment">Variables that override it (<see cref="EnvironmentOverlay"/>).</param>
    /// <exception cref="ConfigurationException">It has faults; all are listed.</exception>
    public static BridgeConfiguration Parse(string text, string path, IDictionary environment)
    {
        try
        {
            if (JsonNode.Parse(text, documentOptions: Reading) is JsonObject json)
            {
                // What it signs and whom it tells decides nothing.
                json.Remove("signing");
                json.Remove("signals");
                StandIn(json["targets"], Path.GetDirectoryName(Path.GetFullPath(path))!);
                StandIn(json["sources"], Path.GetDirectoryName(Path.GetFullPath(path))!);
                text = json.ToJsonString();
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // What is wrong with it is said below, as of any configuration.
        }

        return BridgeConfiguration.Parse(text, path, environment);
    }

    private static void StandIn(JsonNode? node, string folder)
    {
        switch (node)
        {
            case JsonObject json when ConfigurationFingerprint.IsSecret(json):
                var reference = new SecretReference
                {
                    Env = (string?)json["env"], File = (string?)json["file"] is { } file ? Path.GetFullPath(file, folder) : null, Value = (string?)json["value"],
                };
                if (reference.Read() is not null)
                    return;
                json.Clear();
                json["value"] = "not-needed";
                break;
            case JsonObject json:
                foreach (var value in json.Select(p => p.Value).ToList())
                    StandIn(value, folder);
                break;
            case JsonArray array:
                foreach (var value in array)
                    StandIn(value, folder);
                break;
        }
    }
}
