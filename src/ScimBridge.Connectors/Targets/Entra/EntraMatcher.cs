using Microsoft.Graph.Models;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Recognises the account that a new one would be a second of: by our key, then by what the configuration lists, in its order. More than
/// one is never a guess, another's is never taken, guests and accounts from an on-premises directory are left alone, and one that only
/// has the same e-mail address is not taken unless that is said.
/// </summary>
internal sealed class EntraMatcher(EntraSearch search, EntraKey key, EntraTargetOptions options)
{
    /// <summary>What a search by our key comes to.</summary>
    public static Outcome Verdict(List<User> found) => found switch
    {
        [] => new Outcome.Gone(),
        [var user] => new Outcome.Exists(user.Id),
        _ => new Outcome.Rejected($"{found.Count} accounts carry the same key of ours: a person has to decide which is the right one."),
    };

    /// <summary>
    /// The account, looked for before anything is created; null where there is none. A name in the last place is not looked for: that it
    /// is taken shows by itself.
    /// </summary>
    public async Task<Match?> FindAsync(string correlationKey, User wanted, CancellationToken cancel)
    {
        var ways = options.Match.ToList();
        if (ways is [.., EntraMatch.UserPrincipalName])
            ways.RemoveAt(ways.Count - 1);
        foreach (var way in ways)
        {
            if ((way == EntraMatch.EmployeeId ? wanted.EmployeeId : wanted.UserPrincipalName) is not { } value)
                continue;
            var (found, failure) = way == EntraMatch.EmployeeId
                ? await search.UsersByEmployeeIdAsync(value, cancel)
                : await search.UsersByNameAsync(value, cancel);
            if (found is null)
                return new Match(failure!);
            if (found.Count > 0)
                return Judge(way, found, correlationKey, wanted);
        }

        return null;
    }

    /// <summary>The account that was deleted and can be restored; null where there is none.</summary>
    public async Task<Match?> FindDeletedAsync(string correlationKey, User wanted, CancellationToken cancel)
    {
        var byEmployeeId = options.Match.Contains(EntraMatch.EmployeeId) ? wanted.EmployeeId : null;
        var (found, failure) = await search.DeletedUsersAsync(correlationKey, byEmployeeId, cancel);
        if (found is null)
            return new Match(failure!);
        var ours = found.FindAll(user => key.Of(user) == correlationKey);
        var candidates = ours.Count > 0 ? ours : found.FindAll(user => key.Of(user) is null && Foreign(user) is null);
        return candidates switch
        {
            [] => null,
            [var user] => new Match(new Outcome.Exists(user.Id), user.Id),
            _ => new Match(new Outcome.Rejected(
                $"{candidates.Count} deleted accounts could be this person's: a person has to restore the right one, or purge them.")),
        };
    }

    /// <summary>The account that holds a name or an address that is wanted.</summary>
    /// <param name="correlationKey">Our key.</param>
    /// <param name="wanted">The account that is wanted.</param>
    /// <param name="property">What Graph says is taken.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Match> FindHolderAsync(string correlationKey, User wanted, string property, CancellationToken cancel)
    {
        var (ours, failure) = await search.UsersByKeyAsync(correlationKey, cancel);
        if (ours is null)
            return new Match(failure!);
        if (ours.Count > 0)
            return new Match(Verdict(ours));
        var (holders, unread) = await search.UsersByNameAsync(wanted.UserPrincipalName!, cancel);
        if (holders is null)
            return new Match(unread!);
        if (holders.Count > 0)
            return Judge(EntraMatch.UserPrincipalName, holders, correlationKey, wanted);

        // The name is taken, and nobody is seen to have it: a replica that lags behind. Addresses may be taken by what is no user at all.
        return new Match(property.Equals("userPrincipalName", StringComparison.OrdinalIgnoreCase)
            ? new Outcome.Retry(null, "POST users: 400. An account has this name, and no search shows it yet.")
            : new Outcome.Exists(null));
    }

    private Match Judge(EntraMatch way, List<User> found, string correlationKey, User wanted)
    {
        var property = way == EntraMatch.EmployeeId ? "employee id" : "user principal name";
        if (found is not [var user])
        {
            return new Match(new Outcome.Rejected(
                $"{found.Count} accounts have the same {property}: a person has to decide, and write the key into {key.Attribute} of the right one."));
        }

        if (key.Of(user) is { } holder)
        {
            return new Match(
                holder == correlationKey ? new Outcome.Exists(user.Id)
                : way == EntraMatch.UserPrincipalName ? new Outcome.Exists(null)
                : new Outcome.Rejected($"The account with the same {property} belongs to another person of the bridge: a person has to decide whose it is."));
        }

        if (!options.Match.Contains(way))
            return new Match(new Outcome.Exists(null));
        if (Foreign(user) is { } foreign)
            return new Match(foreign);
        if (user.EmployeeId is not null && wanted.EmployeeId is not null && !Same(user.EmployeeId, wanted.EmployeeId))
            return new Match(new Outcome.Rejected($"The account with the same {property} has another employee id: it is not taken over."));
        var isConfirmed = user.EmployeeId is not null && wanted.EmployeeId is not null;
        if (!isConfirmed && Same(user.UserPrincipalName, user.Mail) && !options.TakeOverByMail)
        {
            return new Match(new Outcome.Rejected(
                $"An account has this user principal name, which is its e-mail address, and nothing else says whose it is. Write the key into its {key.Attribute}, "
                + "give both the employee id, or set takeOverByMail."));
        }

        return new Match(new Outcome.Exists(user.Id), user.Id);
    }

    /// <summary>Why an account is not the bridge's to take.</summary>
    private static Outcome.Rejected? Foreign(User user) =>
        user.OnPremisesSyncEnabled == true
            ? new Outcome.Rejected("The account comes from an on-premises directory (onPremisesSyncEnabled), and is changed there alone.")
            : string.Equals(user.UserType, "Guest", StringComparison.OrdinalIgnoreCase)
                ? new Outcome.Rejected("The account is a guest's: it is not taken over.")
                : null;

    private static bool Same(string? one, string? other) => one is not null && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>What was found.</summary>
    /// <param name="Outcome">What that means.</param>
    /// <param name="Unowned">The account, where it is to be taken over or restored.</param>
    public sealed record Match(Outcome Outcome, string? Unowned = null);
}
