namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Whether a leaver's case can be closed: nothing that they knew is worth anything any more, or somebody accepts by name that it may be.
/// </summary>
public static class LeaverClosure
{
    /// <summary>
    /// The credentials that keep it open, each with its account; none where it can be closed. Who holds the accounts by now makes no difference.
    /// </summary>
    public static IReadOnlyList<(string AccountId, string KeyId)> Open(string personId, IEnumerable<ServiceAccount> accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        return [.. accounts.SelectMany(a => Exposure.Of(a, personId).Select(c => (a.Id, c.KeyId)))];
    }

    /// <summary>Every credential that the leaver knows, and what has become of it, in the order of the accounts.</summary>
    public static IReadOnlyList<LeaverSecret> Secrets(string personId, IEnumerable<ServiceAccount> accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        return
        [
            .. from account in accounts
               where account.Use != AccountUse.Proposed
               from credential in account.Credentials
               where account.Knowers(credential).Contains(personId)
               select Secret(account, credential),
        ];
    }

    private static LeaverSecret Secret(ServiceAccount account, Credential credential)
    {
        var duty = account.Duties.LastOrDefault(d => d.KeyId == credential.KeyId);
        var outcome = !credential.IsSettled ? SecretOutcome.Open
            : credential.State == CredentialState.Unverifiable ? SecretOutcome.Unverifiable
            : SecretOutcome.Verified;
        return new LeaverSecret(account.Id, credential.KeyId, outcome)
        {
            DueAt = duty?.DueAt, ClosedAt = duty?.ClosedAt, AcceptedBy = outcome == SecretOutcome.Unverifiable ? credential.Risk?.OwnerId : null,
        };
    }
}
