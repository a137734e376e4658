using System.Text.RegularExpressions;
using Microsoft.Graph.Models;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Where users carry our key. A directory extension is searched for as it is now; the attributes of Exchange are searched for in an index
/// that lags behind, which has to be asked for.
/// <see href="https://learn.microsoft.com/en-us/graph/extensibility-overview"/>, <see href="https://learn.microsoft.com/en-us/graph/aad-advanced-queries"/>
/// </summary>
internal sealed partial class EntraKey(string attribute)
{
    private const string Exchange = "onPremisesExtensionAttributes";

    /// <summary>Whether it is found by advanced queries alone.</summary>
    public bool IsAdvanced { get; } = !attribute.StartsWith("extension_", StringComparison.Ordinal);

    public string Attribute => attribute;

    /// <summary>What a query asks for to be shown it.</summary>
    public string Selected => IsAdvanced ? Exchange : attribute;

    public static bool IsPossible(string? attribute) => attribute is not null && Possible().IsMatch(attribute);

    /// <summary>The condition of a query.</summary>
    public string Is(string key) => $"{(IsAdvanced ? $"{Exchange}/{attribute}" : attribute)} eq {EntraSearch.Quoted(key)}";

    public string? Of(User user) => EntraProfile.ReadExtension(user, attribute) is { Length: > 0 } text ? text : null;

    public void Write(User user, string key) => EntraProfile.WriteExtension(user, attribute, key);

    [GeneratedRegex("^(?:extension_[0-9a-fA-F]{32}_[A-Za-z][A-Za-z0-9_]{0,99}|extensionAttribute(?:[1-9]|1[0-5]))$", RegexOptions.NonBacktracking)]
    private static partial Regex Possible();
}
