using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Hosting;

/// <summary>The mappings of a configuration, read and tried.</summary>
public sealed class ConfiguredMapping
{
    private readonly Dictionary<string, TargetProfile> _profiles;

    private ConfiguredMapping(MappingOptions options, UserNames userNames, AttributeMap user, Dictionary<string, TargetProfile> profiles)
    {
        _profiles = profiles;
        UserNames = userNames;
        User = user;
        WithLegalName = profiles.Values.Any(p => p.Name == NameRouting.Legal);
        Hash = HashOf(new JsonObject
        {
            ["user"] = options.User.DeepClone(), ["userNameIsEmail"] = options.UserNameIsEmail, ["withLegalName"] = WithLegalName,
        });
        IsPlain = User.IsEmpty && options.UserNameIsEmail && !WithLegalName;
    }

    /// <summary>How user names are made.</summary>
    public UserNames UserNames { get; }

    /// <summary>What users are told differently from the default.</summary>
    public AttributeMap User { get; }

    /// <summary>Whether users carry the name in the papers: some target is told it.</summary>
    public bool WithLegalName { get; }

    /// <summary>Whether users are mapped by the default.</summary>
    public bool IsPlain { get; }

    /// <summary>Tells one mapping of users from another: SHA-256, hex.</summary>
    public string Hash { get; }

    /// <summary>Tells one mapping for a target from another: SHA-256, hex.</summary>
    public static string HashOf(ConfiguredTarget target) => HashOf(JsonSerializer.SerializeToNode(target.Settings.Mapping, StrictJson.Options)!);

    internal static ConfiguredMapping Read(
        MappingOptions options, IReadOnlyList<ConfiguredTarget> targets, ResourceType user, string folder, List<ConfigurationFault> faults)
    {
        var found = new List<MappingFault>();
        var reserved = options.Reserved.Concat(Lines(options.ReservedFile, folder, found));
        var names = UserNames.Read(options.UserName, "$.mapping.userName", reserved, found);
        var attributes = AttributeMap.OfWorkers(options.User, "$.mapping.user", user, found);
        var profiles = targets.ToDictionary(
            t => t.Name,
            t => TargetProfile.Read(
                t.Settings.Mapping.Name,
                t.Settings.Mapping.Attributes,
                t.Settings.Mapping.Omit,
                StrictJson.Member("$.targets", t.Name) + ".mapping",
                user,
                found),
            StringComparer.Ordinal);
        if (options.ReuseAfterDays is < 0)
            found.Add(new("$.mapping.reuseAfterDays", "must be 0 or more; left out it is never."));
        faults.AddRange(found.Select(f => new ConfigurationFault(f.Path, f.Reason)));
        return new ConfiguredMapping(options, names, attributes, profiles);
    }

    /// <summary>The targets with their profiles.</summary>
    internal List<ConfiguredTarget> Over(IEnumerable<ConfiguredTarget> targets) =>
        [.. targets.Select(t => t with { Profile = _profiles[t.Name] })];

    private static string[] Lines(string? file, string folder, List<MappingFault> faults)
    {
        try
        {
            return file is null ? [] : File.ReadAllLines(Path.GetFullPath(file, folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new("$.mapping.reservedFile", $"cannot be read: {e.Message}"));
            return [];
        }
    }

    private static string HashOf(JsonNode json) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(json)));
}
