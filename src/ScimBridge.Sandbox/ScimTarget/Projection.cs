using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>
/// The parameters attributes and excludedAttributes (RFC 7644 section 3.9). A sub-attribute stands for its whole
/// attribute here.
/// </summary>
internal sealed class Projection
{
    private static readonly Projection Everything = new([], []);

    private readonly HashSet<string> only;
    private readonly HashSet<string> without;

    private Projection(HashSet<string> only, HashSet<string> without)
    {
        this.only = only;
        this.without = without;
    }

    public bool IsEverything => only.Count + without.Count == 0;

    /// <summary>Whether members are asked for: a group of 100,000 is not written out for nothing.</summary>
    public bool Members => Keeps("members");

    public static Projection From(IQueryCollection query)
    {
        if (query.Count == 0)
            return Everything;
        var projection = new Projection(Names(query["attributes"]), Names(query["excludedAttributes"]));
        return projection.only.Count > 0 && projection.without.Count > 0
            ? throw ScimException.InvalidValue("attributes and excludedAttributes exclude each other.")
            : projection;
    }

    public void Apply(JsonObject resource)
    {
        foreach (var (name, _) in resource.ToList())
        {
            if (!Keeps(name))
                resource.Remove(name);
        }
    }

    private bool Keeps(string name) =>
        name is "id" or "schemas" || (only.Count > 0 ? only.Contains(name) : !without.Contains(name));

    private static HashSet<string> Names(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(TopLevel)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>name.givenName is part of name; an attribute of an extension is part of its URN.</summary>
    private static string TopLevel(string name)
    {
        if (!Resources.BodyWriter.IsUrn(name))
            return name.Split('.')[0];
        const string Core = "urn:ietf:params:scim:schemas:core:2.0:";
        if (name.StartsWith(Core, StringComparison.OrdinalIgnoreCase))
            return name[(name.LastIndexOf(':') + 1)..].Split('.')[0];
        return name.Split(':') is [.., var version, _] && version.Length > 0 && char.IsAsciiDigit(version[0])
            ? name
            : name[..name.LastIndexOf(':')];
    }
}
