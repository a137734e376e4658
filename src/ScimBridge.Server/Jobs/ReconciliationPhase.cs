using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What a reconciliation is at, by the words that are kept.</summary>
internal static class ReconciliationPhase
{
    public const string ServiceAccounts = "serviceAccounts";

    public const string AbsentServiceAccounts = "absentServiceAccounts";

    public const string Users = "users";

    public const string AbsentUsers = "absentUsers";

    public const string Groups = "groups";

    public const string AbsentGroups = "absentGroups";

    public const string Members = "members";

    public const string Leavers = "leavers";

    public const string ChangedUsers = "changedUsers";

    public const string ChangedGroups = "changedGroups";

    public const string PrivilegedUsers = "privilegedUsers";

    public const string PrivilegedGroups = "privilegedGroups";

    public const string Worker = "worker";

    public const string Enforce = "enforce";

    public const string Over = "over";

    private static readonly Dictionary<string, string[]> Orders = new(StringComparer.Ordinal)
    {
        [Reconciliation.OfAll] = [ServiceAccounts, AbsentServiceAccounts, Users, AbsentUsers, Groups, AbsentGroups, Members, Leavers, Enforce, Over],
        [Reconciliation.OfChanges] = [ChangedUsers, ChangedGroups, Enforce, Over],
        [Reconciliation.OfPrivileged] = [PrivilegedUsers, PrivilegedGroups, Enforce, Over],
        [Reconciliation.OfWorker] = [Worker, Enforce, Over],
    };

    /// <summary>What a scope begins with.</summary>
    public static string FirstOf(string scope) => Orders[scope][0];

    /// <summary>What comes after a phase.</summary>
    public static string After(string scope, string phase) => Orders[scope][Array.IndexOf(Orders[scope], phase) + 1];
}
