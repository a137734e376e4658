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
}
