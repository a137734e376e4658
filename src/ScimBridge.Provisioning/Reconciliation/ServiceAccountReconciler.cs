using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>
/// What is not as it should be of one non-human identity: whether the inventory has it, whether it works, its credentials, and who answers for it.
/// People whom the target shows and the inventory does not name are left alone: the bridge does not know what they are there for.
/// </summary>
public static class ServiceAccountReconciler
{
    /// <summary>What an account differs by whose end was decided, and that is still there.</summary>
    public const string Deleted = "deleted";

    /// <summary>What a credential differs by that works, and that the inventory takes for ended.</summary>
    public const string Ended = "ended";

    /// <summary>The differences.</summary>
    /// <param name="identity">What is known of it.</param>
    /// <param name="capabilities">What the target shows.</param>
    /// <param name="policy">How many are to answer for it.</param>
    /// <param name="now">The instant.</param>
    public static IReadOnlyList<Difference> Compare(
        ReconciledServiceAccount identity, ServiceAccountCapabilities capabilities, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(capabilities);
        ArgumentNullException.ThrowIfNull(policy);
        List<Difference> found = identity.Account switch
        {
            null => [Orphan(identity, Words.Of(identity.Found.Kind), "The inventory does not know it.", isPending: false)],
            { Use: AccountUse.Proposed } => [Orphan(identity, Words.Of(identity.Found.Kind), "It is proposed, and nobody has adopted it.", isPending: false)],
            { Use: AccountUse.Deleted } => [Orphan(identity, Deleted, "Its end was decided.", identity.IsStateDue)],
            { } account => [.. State(identity, account, now), .. Credentials(identity, account, now), .. Accountability(identity, account, capabilities, policy, now)],
        };
        if (!identity.IsProtected || found.Count == 0)
            return found;
        return
        [
            found[0] with
            {
                Kind = DifferenceKind.Protected,
                RemoteId = identity.Found.RemoteId,
                What = [.. found.Select(f => Words.Of(f.Kind)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                Standing = Standing.Shielded,
                Because = "The identity is protected, and never touched.",
            },
        ];
    }

    /// <summary>That an account of the inventory is not at the target.</summary>
    public static Difference Missing(string accountId, string remoteId) =>
        new(DifferenceKind.Missing, DifferenceSubject.ServiceAccount, accountId, remoteId) { Because = "Somebody has deleted it at the target: it can only be made there." };

    private static Difference Orphan(ReconciledServiceAccount identity, string what, string because, bool isPending) =>
        Of(DifferenceKind.Orphan, identity.Account?.Id, identity.Found.RemoteId, what, because, isPending);

    private static IEnumerable<Difference> State(ReconciledServiceAccount identity, ServiceAccount account, Instant now)
    {
        var isOut = account.Use is AccountUse.Disabled or AccountUse.ScheduledDelete || account.ScreamTestUntil > now;
        // Break-glass access stays, whoever decided otherwise.
        if (isOut && identity.Found.IsEnabled == true && !account.IsExempt(now))
            yield return Of(DifferenceKind.ReEnabled, account.Id, identity.Found.RemoteId, AccountReconciler.Active, "It was disabled, and works.", identity.IsStateDue);
        else if (!isOut && identity.Found.IsEnabled == false)
            yield return Of(DifferenceKind.AttributeDrift, account.Id, identity.Found.RemoteId, AccountReconciler.Active, "It is in use, and does not work.", identity.IsStateDue);
    }

    private static IEnumerable<Difference> Credentials(ReconciledServiceAccount identity, ServiceAccount account, Instant now)
    {
        foreach (var credential in identity.Found.Credentials)
        {
            var type = Words.Of(credential.Type);
            if (account.Credentials.FirstOrDefault(c => c.KeyId == credential.KeyId) is not { } known)
            {
                // Nobody can say who knows it.
                yield return Of(
                    DifferenceKind.UnknownCredential, account.Id, credential.KeyId, type,
                    "The inventory does not have it: who made it, and who knows it, has to be found out.", identity.IsRotating);
                continue;
            }

            if (identity.Found.IsEnabled == false || !credential.IsEnabled || credential.NotAfter <= now)
                continue;
            var hasEnded = known.State is CredentialState.Revoked or CredentialState.RevokedVerified or CredentialState.RotatedVerified;
            if (account.Knowers(known).Any(id => identity.People[id].IsGone))
            {
                if (OfLeaver(identity, account, known, type, hasEnded, now) is { } difference)
                    yield return difference;
            }
            else if (hasEnded)
            {
                yield return Of(
                    DifferenceKind.UnknownCredential, account.Id, credential.KeyId, type, "The inventory takes it for ended, and it works.", identity.IsRotating) with
                {
                    What = [Ended, type],
                };
            }
        }
    }

    private static Difference? OfLeaver(ReconciledServiceAccount identity, ServiceAccount account, Credential known, string type, bool hasEnded, Instant now)
    {
        // Somebody answers by name for what nobody can end.
        if (known is { State: CredentialState.Unverifiable, IsSettled: true })
            return null;
        if (hasEnded)
        {
            return Of(
                DifferenceKind.LeaverCredential, account.Id, known.KeyId, type, "The inventory takes it for ended, and it works.", identity.IsRotating) with
            {
                What = [Ended, type],
            };
        }

        var duty = account.Duties.LastOrDefault(d => d.KeyId == known.KeyId && d.ClosedAt is null);
        var because = duty is null ? "Somebody who has left knows it, and it is on no deadline."
            : $"Somebody who has left knows it; it {(duty.DueAt > now ? "is" : "was")} to be gone by {InstantPattern.General.Format(duty.DueAt)}.";
        return Of(DifferenceKind.LeaverCredential, account.Id, known.KeyId, type, because, duty is not null && duty.DueAt > now);
    }

    private static IEnumerable<Difference> Accountability(
        ReconciledServiceAccount identity, ServiceAccount account, ServiceAccountCapabilities capabilities, SuccessionPolicy policy, Instant now)
    {
        var wrong = new List<(AccountableRole Role, string Because, bool IsPending)>();
        foreach (var role in new[] { AccountableRole.Sponsor, AccountableRole.TechnicalOwner })
        {
            var (kinds, shown) = role == AccountableRole.Sponsor ? (capabilities.ShowsSponsors, identity.Found.SponsorIds) : (capabilities.ShowsOwners, identity.Found.OwnerIds);
            if (shown.Any(id => identity.Shown.TryGetValue(id, out var person) && identity.People[person].IsGone))
                wrong.Add((role, "Somebody who has left is shown.", identity.AreOwnersDue));
            var holders = account.Accountable.Where(a => a.Role == role && identity.People[a.PersonId].CanAnswer(now, policy)).ToList();
            if (holders.Where(h => h.IsSettled).DistinctBy(h => h.PersonId).Count() < policy.MinimumHolders
                && account.HandoverOf(role) is null && account.Orphan?.Roles.Contains(role) != true)
            {
                wrong.Add((role, "Too few who are here answer for it, and nobody is sought.", false));
            }
            else if (kinds.Contains(identity.Found.Kind) && holders.Count > 0)
            {
                var there = holders.Select(h => identity.RemoteIds.GetValueOrDefault(h.PersonId)).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();
                if (there.Exists(id => !shown.Contains(id, StringComparer.OrdinalIgnoreCase)))
                    wrong.Add((role, "Who answers for it is not shown.", identity.AreOwnersDue));
                else if (shown.Count == 0)
                    wrong.Add((role, "Nobody is shown, and who answers for it has no account there.", identity.AreOwnersDue));
            }
        }

        if (wrong.Count == 0)
            yield break;
        var worst = wrong.OrderBy(w => w.IsPending).First();
        yield return Of(DifferenceKind.SponsorMissing, account.Id, identity.Found.RemoteId, "", worst.Because, worst.IsPending) with
        {
            What = [.. wrong.Select(w => Words.Of(w.Role)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    private static Difference Of(DifferenceKind kind, string? accountId, string remoteId, string what, string because, bool isPending) =>
        new(kind, DifferenceSubject.ServiceAccount, accountId, remoteId)
        {
            What = [what], Because = because, Standing = isPending ? Standing.Pending : Standing.Open,
        };
}
