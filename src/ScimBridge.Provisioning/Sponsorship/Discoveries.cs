using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>(what a target shows, what is known) -> what becomes of a service account. It proposes, and never adopts.</summary>
public static class Discoveries
{
    /// <summary>A use that is newer by less than this changes nothing.</summary>
    private static readonly Duration Newer = Duration.FromHours(1);

    /// <summary>
    /// An account that nobody knew: proposed, with who may own it. What people there are in its list is a suggestion: nobody answers for what
    /// is proposed.
    /// </summary>
    /// <param name="id">The id of its resource.</param>
    /// <param name="found">What the target shows.</param>
    /// <param name="people">People of ours, by their ids at the target.</param>
    /// <param name="capabilities">What the target can do.</param>
    /// <param name="now">The instant.</param>
    public static ServiceAccount Propose(
        string id, FoundAccount found, IReadOnlyDictionary<string, string> people, ServiceAccountCapabilities capabilities, Instant now)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(capabilities);
        var creator = found.CreatedById is { } by ? people.GetValueOrDefault(by) : null;
        var owners = Ours(found.OwnerIds);
        return new ServiceAccount(id, found.Kind, Criticality.C3)
        {
            Use = AccountUse.Proposed,
            CreatedBy = creator,
            LastUsedAt = found.LastUsedAt,
            Accountable =
            [
                .. Suggested(AccountableRole.TechnicalOwner, owners.Count > 0 || creator is null ? owners : [creator]),
                .. Suggested(AccountableRole.Sponsor, Ours(found.SponsorIds)),
            ],
            Credentials = [.. found.Credentials.Select(c => Of(c, creator, capabilities))],
        };

        List<string> Ours(IEnumerable<string> ids) => [.. ids.Select(i => people.GetValueOrDefault(i)).OfType<string>().Distinct(StringComparer.Ordinal)];

        IEnumerable<Accountable> Suggested(AccountableRole role, IEnumerable<string> who) =>
            who.Select(person => new Accountable(role, person, now) { Basis = AccountableBasis.Provisional });
    }

    /// <summary>
    /// A known account after a look: the same where nothing is new. A credential that came behind our back is one more to answer for, known to
    /// whoever runs the account; one that is gone has been taken away by somebody, which is no proof that it is refused.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="found">What the target shows.</param>
    /// <param name="capabilities">What the target can do: of what it does not list, nothing is gone.</param>
    /// <param name="keysBefore">The key ids that the last run saw; null where there was none.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The account, the key ids that are new, and those that are gone.</returns>
    public static (ServiceAccount Account, IReadOnlyList<string> Appeared, IReadOnlyList<string> Vanished) Look(
        ServiceAccount account, FoundAccount found, ServiceAccountCapabilities capabilities, IReadOnlyCollection<string>? keysBefore, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(capabilities);
        List<FoundCredential> appeared = [.. found.Credentials.Where(c => account.Credentials.All(known => known.KeyId != c.KeyId))];
        // Of one that no run has seen yet it is not known of what type it is, and whether the target would list it.
        List<string> vanished = [.. (keysBefore ?? []).Where(key => found.Credential(key) is null
            && account.Credentials.Any(c => c.KeyId == key && c.State is (CredentialState.Active or CredentialState.Rotating)))];
        if (found.LastUsedAt is { } used && !(account.LastUsedAt > used - Newer))
            account = account with { LastUsedAt = used };
        if (appeared.Count > 0)
            account = account with { Credentials = [.. account.Credentials, .. appeared.Select(c => Of(c, createdBy: null, capabilities))] };
        foreach (var key in vanished)
            account = RotationProof.Seen(account, key, CredentialState.Revoked, now);
        return (account, [.. appeared.Select(c => c.KeyId)], vanished);
    }

    private static Credential Of(FoundCredential found, string? createdBy, ServiceAccountCapabilities capabilities) => new(found.KeyId)
    {
        CreatedBy = createdBy,
        NotAfter = found.NotAfter,
        Retirement = capabilities.RetirementOf(found.Type),
        IsPersonal = found.Type == CredentialType.PersonalToken,
    };
}
