using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Authority;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Hosting;

/// <summary>A source as it is configured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Options">What its connector is told.</param>
/// <param name="Settings">What the bridge itself is told about it.</param>
public sealed record ConfiguredSource(string Name, SourceKind Kind, IConnectorOptions Options, SourceSettings Settings);

/// <summary>A target as it is configured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Options">What its connector is told.</param>
/// <param name="Settings">What the bridge itself is told about it.</param>
public sealed record ConfiguredTarget(string Name, TargetKind Kind, IConnectorOptions Options, TargetSettings Settings)
{
    /// <summary>What it is told of users differently.</summary>
    public TargetProfile Profile { get; init; } = TargetProfile.Plain;
}

/// <summary>A configuration without faults.</summary>
public sealed class BridgeConfiguration
{
    private static readonly JsonDocumentOptions Reading = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>What is said of a name that is none.</summary>
    internal const string Naming = "a name has 1 to 40 of a-z, 0-9 and '-'.";

    private BridgeConfiguration(
        string folder,
        BridgeOptions options,
        IReadOnlyList<ConfiguredSource> sources,
        IReadOnlyList<ConfiguredTarget> targets,
        SchemaCatalog catalog,
        ConfiguredMapping mapping,
        ConfiguredGrants grants,
        ConfigurationFingerprint fingerprint)
    {
        Fingerprint = fingerprint;
        Folder = folder;
        Options = options;
        Sources = sources;
        Targets = targets;
        Policy = options.Lifecycle.Policy();
        Revocation = options.Revocation.ToPolicy();
        Sponsorship = options.Sponsorship is { } sponsorship ? new ConfiguredSponsorship(sponsorship) : null;
        Mapping = mapping;
        Grants = grants;
        Authority = new AttributeAuthority(options.Scim.ClientMasters, mapping.User, grants.Rules.Attributes);
        Catalog = catalog;
        Groups = ConfiguredGroups.Text(options.Groups);
    }

    /// <summary>By what two configurations are told apart that decide otherwise.</summary>
    public ConfigurationFingerprint Fingerprint { get; }

    /// <summary>The folder of the file; relative paths start there.</summary>
    public string Folder { get; }

    /// <summary>The options.</summary>
    public BridgeOptions Options { get; }

    /// <summary>The sources.</summary>
    public IReadOnlyList<ConfiguredSource> Sources { get; }

    /// <summary>The targets.</summary>
    public IReadOnlyList<ConfiguredTarget> Targets { get; }

    /// <summary>What the organisation does about joiners, movers, leaves and leavers.</summary>
    public LifecyclePolicy Policy { get; }

    /// <summary>What the end of access demands.</summary>
    public RevocationPolicy Revocation { get; }

    /// <summary>What is configured about service accounts; null where there are none.</summary>
    public ConfiguredSponsorship? Sponsorship { get; }

    /// <summary>How workers become users.</summary>
    public ConfiguredMapping Mapping { get; }

    /// <summary>Who has which roles and entitlements.</summary>
    public ConfiguredGrants Grants { get; }

    /// <summary>Who masters which attribute.</summary>
    public AttributeAuthority Authority { get; }

    /// <summary>The schemas and resource types: those of the product, and those of the configuration.</summary>
    public SchemaCatalog Catalog { get; }

    /// <summary>The rules of groups that are wanted, as text; see <see cref="ConfiguredGroups"/>.</summary>
    public string Groups { get; }

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or has faults; all are listed.</exception>
    public static BridgeConfiguration Load(string path, IDictionary environment)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message}", e);
        }

        return Parse(text, path, environment);
    }

    /// <summary>Checks the text of a configuration.</summary>
    /// <param name="text">JSON; comments and trailing commas are allowed.</param>
    /// <param name="path">Where it comes from; relative paths in it start at that folder.</param>
    /// <param name="environment">Variables that override it (<see cref="EnvironmentOverlay"/>).</param>
    /// <exception cref="ConfigurationException">It has faults; all are listed.</exception>
    public static BridgeConfiguration Parse(string text, string path, IDictionary environment)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(text, documentOptions: Reading) as JsonObject
                ?? throw new ConfigurationException($"{path} cannot be used: it must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{path} is no JSON, line {e.LineNumber + 1}: {e.Message}", e);
        }

        var faults = new List<ConfigurationFault>();
        EnvironmentOverlay.Apply(json, environment, faults);
        var fingerprint = ConfigurationFingerprint.Of(json);
        var options = (BridgeOptions?)StrictJson.Read(json, typeof(BridgeOptions), "$", faults) ?? Sections(json);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var settings = options.Sources.ToDictionary(s => s.Key, s => Settings(s.Key, s.Value, faults), StringComparer.Ordinal);
        var sources = Connectors(
            options.Sources, "$.sources", folder, SourceKinds.All, k => k.OptionsType, (n, k, o) => new ConfiguredSource(n, k, o, settings[n]), faults);
        var doors = options.Targets.ToDictionary(t => t.Key, t => TargetSettings(t.Key, t.Value, faults), StringComparer.Ordinal);
        var targets = Connectors(
            options.Targets, "$.targets", folder, TargetKinds.All, k => k.OptionsType, (n, k, o) => new ConfiguredTarget(n, k, o, doors[n]), faults);
        var catalog = ConfiguredSchemas.Load(options.Scim, options.Sponsorship is not null, options.Sponsorship is { Agents: true }, folder, faults);
        // Without the schemas nothing can be said of what is mapped to them.
        var unmapped = new List<ConfigurationFault>();
        var mapping = catalog is null ? null : ConfiguredMapping.Read(options.Mapping, targets, catalog.User, folder, unmapped);
        if (catalog is not null)
            ConfiguredGroups.Check(options.Groups, catalog, faults);
        var grants = catalog is null ? null : ConfiguredGrants.Read(options, catalog, faults);
        options.Signing.Locate(relative => Path.GetFullPath(relative, folder));
        options.Rotation.Locate(relative => Path.GetFullPath(relative, folder));
        options.Signals?.Locate(relative => Path.GetFullPath(relative, folder));
        CheckSections(options, mapping, faults);
        if (catalog is not null)
        {
            foreach (var (at, filter) in Filters(sources, targets))
            {
                if (FaultOf(filter, catalog) is { } fault)
                    faults.Add(new(at, fault));
            }
        }

        faults.AddRange(unmapped);
        return faults.Count == 0
            ? new BridgeConfiguration(folder, options, sources, mapping!.Over(targets), catalog!, mapping, grants!, fingerprint)
            : throw new ConfigurationException(path, faults);
    }

    /// <summary>A path of the configuration as an absolute one.</summary>
    public string Locate(string path) => Path.GetFullPath(path, Folder);

    /// <summary>Whether something can be called this.</summary>
    internal static bool IsName(string name) =>
        name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>
    /// The same configuration for a bridge that keeps to itself: another database, no targets, nobody who is told, and nothing held, because
    /// in a company of one everything is beyond the ordinary.
    /// </summary>
    /// <param name="storage">Where it keeps its data.</param>
    /// <param name="lifecycle">Another policy; null for the same.</param>
    internal BridgeConfiguration Apart(StorageOptions storage, LifecycleOptions? lifecycle)
    {
        var options = Options.Copy();
        options.Storage = storage;
        options.Lifecycle = lifecycle ?? options.Lifecycle;
        options.Notifications = [];
        options.Signals = null;
        options.Sponsorship = null;
        var unheld = new SourceSettings { Safety = new SafetyOptions { Enabled = false } };
        return new BridgeConfiguration(Folder, options, [.. Sources.Select(s => s with { Settings = unheld })], [], Catalog, Mapping, Grants, Fingerprint);
    }

    // Faults of one section must not hide those of the connectors.
    private static BridgeOptions Sections(JsonObject json)
    {
        static Dictionary<string, JsonObject> Named(JsonNode? node) =>
            (node as JsonObject ?? []).Where(p => p.Value is JsonObject).ToDictionary(p => p.Key, p => p.Value!.AsObject(), StringComparer.Ordinal);

        return new BridgeOptions { Sources = Named(json["sources"]), Targets = Named(json["targets"]) };
    }

    private static SourceSettings Settings(string name, JsonObject source, List<ConfigurationFault> faults)
    {
        var at = StrictJson.Member("$.sources", name);
        if (Own<SourceSettings>(at, source, ConfigurationSchema.SettingsOfSources, faults) is not { } settings)
            return new SourceSettings();
        faults.AddRange(settings.Faults().Select(f => f with { Path = $"{at}.{f.Path}" }));
        return settings;
    }

    private static TargetSettings TargetSettings(string name, JsonObject target, List<ConfigurationFault> faults)
    {
        var at = StrictJson.Member("$.targets", name);
        if (Own<TargetSettings>(at, target, ConfigurationSchema.SettingsOfTargets, faults) is not { } settings)
            return new TargetSettings();
        faults.AddRange(settings.Faults().Select(f => f with { Path = $"{at}.{f.Path}" }));
        return settings;
    }

    private static string? FaultOf(string filter, SchemaCatalog catalog)
    {
        try
        {
            FilterParser.Parse(filter, catalog.User, ClientProfile.Strict);
            return null;
        }
        catch (ScimException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<(string At, string Filter)> Filters(IEnumerable<ConfiguredSource> sources, IEnumerable<ConfiguredTarget> targets) =>
        sources.Select(s => (At: $"{StrictJson.Member("$.sources", s.Name)}.safety.privileged", Filter: s.Settings.Safety.Privileged))
            .Concat(targets.Select(t => (At: $"{StrictJson.Member("$.targets", t.Name)}.protect.where", Filter: t.Settings.Protect.Where)))
            .Where(f => f.Filter is not null).Select(f => (f.At, f.Filter!));

    // The connector is strict about what it does not know, so what is not for it is taken out.
    private static TSettings? Own<TSettings>(string at, JsonObject connector, IReadOnlyList<string> keys, List<ConfigurationFault> faults)
        where TSettings : class
    {
        var own = new JsonObject();
        foreach (var key in keys)
        {
            if (connector.Remove(key, out var value))
                own[key] = value;
        }

        return StrictJson.Read(own, typeof(TSettings), at, faults) as TSettings;
    }

    private static List<TConfigured> Connectors<TKind, TConfigured>(
        Dictionary<string, JsonObject> named,
        string path,
        string folder,
        IReadOnlyDictionary<string, TKind> kinds,
        Func<TKind, Type> optionsType,
        Func<string, TKind, IConnectorOptions, TConfigured> configured,
        List<ConfigurationFault> faults)
    {
        var result = new List<TConfigured>();
        foreach (var (name, json) in named)
        {
            var at = StrictJson.Member(path, name);
            if (!IsName(name))
                faults.Add(new(at, Naming));
            if (json["kind"] is not JsonValue word || !word.TryGetValue<string>(out var kindName) || !kinds.TryGetValue(kindName, out var kind))
            {
                faults.Add(new($"{at}.kind", $"must be one of {string.Join(", ", kinds.Keys)}."));
                continue;
            }

            var own = (JsonObject)json.DeepClone();
            own.Remove("kind");
            if (StrictJson.Read(own, optionsType(kind), at, faults) is not IConnectorOptions options)
                continue;
            options.Locate(relative => Path.GetFullPath(relative, folder));
            faults.AddRange(options.Faults().Select(f => f with { Path = $"{at}.{f.Path}" }));
            result.Add(configured(name, kind, options));
        }

        return result;
    }

    private static void CheckSections(BridgeOptions options, ConfiguredMapping? mapping, List<ConfigurationFault> faults)
    {
        if (!Uri.TryCreate(options.Server.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            faults.Add(new("$.server.url", "must be an http or https address."));
        if (options.Server.PublicUrl is { } publicUrl
            && (!Uri.TryCreate(publicUrl, UriKind.Absolute, out var seen) || seen.Scheme is not ("http" or "https")))
            faults.Add(new("$.server.publicUrl", "must be an http or https address."));
        if (options.Storage.Kind == StorageKind.Postgres && string.IsNullOrWhiteSpace(options.Storage.Connection))
            faults.Add(new("$.storage.connection", "is required where the kind is postgres."));
        if (options.Storage.Kind == StorageKind.Sqlite && string.IsNullOrWhiteSpace(options.Storage.Path))
            faults.Add(new("$.storage.path", "is required where the kind is sqlite."));
        foreach (var (name, notification) in options.Notifications)
        {
            var at = StrictJson.Member("$.notifications", name);
            if (!IsName(name))
                faults.Add(new(at, Naming));
            faults.AddRange(notification.Faults().Select(f => f with { Path = at + f.Path }));
        }

        faults.AddRange(options.Lifecycle.Faults().Select(f => f with { Path = "$.lifecycle" + f.Path }));
        for (var i = 0; i < options.Scim.ClientMasters.Count; i++)
        {
            var name = options.Scim.ClientMasters[i];
            if (!(UserMapping.MasteredAttributes.Contains(name) || mapping?.User.Names.Contains(name) == true) || AccountMapping.IsSchema(name))
                faults.Add(new($"$.scim.clientMasters[{i}]", $"'{name}' is no attribute that HR masters."));
        }

        faults.AddRange(options.Revocation.Faults().Select(f => f with { Path = "$.revocation" + f.Path }));
        faults.AddRange(options.GroupSafety.Faults("$.groupSafety"));
        faults.AddRange(options.LifecycleSafety.Faults("$.lifecycleSafety"));
        faults.AddRange(AccessFaults.Of(options.Access));
        faults.AddRange(options.Signing.Faults().Select(f => f with { Path = "$.signing" + f.Path }));
        faults.AddRange(options.Journal.Faults().Select(f => f with { Path = "$.journal" + f.Path }));
        if (options.Signals is { } signals)
            faults.AddRange(signals.Faults(options.Server.PublicUrl).Select(f => f with { Path = "$.signals" + f.Path }));
        faults.AddRange(options.Rotation.Faults(options.Server.PublicUrl).Select(f => f with { Path = "$.rotation" + f.Path }));
        if (options.Sponsorship is { } sponsorship)
            faults.AddRange(sponsorship.Faults().Select(f => f with { Path = "$.sponsorship" + f.Path }));
    }
}
