using System.Collections.Frozen;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>The people of an organisation, and who owns what, as of an event.</summary>
public sealed class People
{
    private readonly FrozenDictionary<string, Person> _byId;
    private readonly FrozenDictionary<string, IReadOnlyList<string>> _teamOwners;
    private readonly FrozenDictionary<string, IReadOnlyList<string>> _applicationOwners;

    /// <param name="people">Everybody.</param>
    /// <param name="teamOwners">The owners of each group, the first first.</param>
    /// <param name="applicationOwners">The owners of each application or department, the first first.</param>
    public People(
        IEnumerable<Person> people,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? teamOwners = null,
        IReadOnlyDictionary<string, IReadOnlyList<string>>? applicationOwners = null)
    {
        _byId = people.ToFrozenDictionary(p => p.Id, StringComparer.Ordinal);
        _teamOwners = (teamOwners ?? FrozenDictionary<string, IReadOnlyList<string>>.Empty).ToFrozenDictionary(StringComparer.Ordinal);
        _applicationOwners = (applicationOwners ?? FrozenDictionary<string, IReadOnlyList<string>>.Empty).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The person; one of whom nothing is known counts as gone.</summary>
    public Person this[string id] => _byId.GetValueOrDefault(id) ?? new Person(id) { IsGone = true };

    /// <summary>The owners of a group, the first first.</summary>
    public IReadOnlyList<string> OwnersOfTeam(string? teamId) => teamId is not null && _teamOwners.TryGetValue(teamId, out var owners) ? owners : [];

    /// <summary>The owners of an application or department, the first first.</summary>
    public IReadOnlyList<string> OwnersOfApplication(string? id) => id is not null && _applicationOwners.TryGetValue(id, out var owners) ? owners : [];
}
