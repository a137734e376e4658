using System.Collections.Frozen;

namespace ScimBridge.Scim.Quirks;

/// <summary>A named set of tolerances, bound to the credential of a client. <c>strict</c> has none.</summary>
public sealed class ClientProfile
{
    private readonly FrozenSet<Quirk> _quirks;

    private ClientProfile(string name, IEnumerable<Quirk> quirks)
    {
        Name = name;
        _quirks = quirks.ToFrozenSet();
    }

    public static ClientProfile Strict { get; } = new("strict", []);

    public static ClientProfile Entra { get; } = new("entra", QuirkTable.Of("entra"));

    public static ClientProfile Okta { get; } = new("okta", QuirkTable.Of("okta"));

    public static ClientProfile Lenient { get; } = new("lenient", QuirkTable.Of("lenient"));

    public static IReadOnlyList<ClientProfile> All { get; } = [Strict, Entra, Okta, Lenient];

    public string Name { get; }

    public bool Allows(Quirk quirk) => _quirks.Contains(quirk);

    /// <summary>The profile of that name, or null.</summary>
    public static ClientProfile? Find(string name) =>
        All.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>This profile with one quirk more, for a client that is like another but for one thing.</summary>
    public ClientProfile With(Quirk quirk) => new(Name, _quirks.Append(quirk));

    /// <summary>This profile without a quirk.</summary>
    public ClientProfile Without(Quirk quirk) => new(Name, _quirks.Where(q => q != quirk));

    public override string ToString() => Name;
}
