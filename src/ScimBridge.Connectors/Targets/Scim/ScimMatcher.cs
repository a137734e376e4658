using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Recognises the account that a new one would be a second of: by what the configuration lists, in its order. More than one is never a
/// guess, another's is never taken, and one that only has the same e-mail address is not taken unless that is said.
/// </summary>
internal sealed class ScimMatcher(ScimSearch search, ScimTargetOptions options)
{
    /// <summary>
    /// The account, looked for before anything is created; null where there is none. A user name in the last place is not looked for: that
    /// it is taken shows by itself.
    /// </summary>
    public Task<Match?> FindAsync(ScimSwitches switches, DesiredAccount account, CancellationToken cancel)
    {
        if (account.Kind == AccountKind.Group)
            return options.MatchGroups ? FindAsync(switches, account, [Name(account.Kind)], cancel) : Task.FromResult<Match?>(null);
        var keys = options.Match is [.. var before, ScimMatch.UserName] ? before : options.Match;
        return FindAsync(switches, account, keys.Select(Attribute), cancel);
    }

    /// <summary>
    /// The account that holds something that must be unique: the one with our key, or else the one with the name. The name is looked for
    /// even where nobody is to be taken over by it, because some servers answer a filter on our key with nobody, whoever there is.
    /// </summary>
    public Task<Match?> FindHolderAsync(ScimSwitches switches, DesiredAccount account, CancellationToken cancel) =>
        FindAsync(switches, account, [ScimAttribute.ExternalId, Name(account.Kind)], cancel);

    private async Task<Match?> FindAsync(
        ScimSwitches switches, DesiredAccount account, IEnumerable<ScimAttribute> attributes, CancellationToken cancel)
    {
        foreach (var attribute in attributes)
        {
            var isOurs = attribute == ScimAttribute.ExternalId;
            if ((isOurs ? account.CorrelationKey : attribute.Of(account)) is not { } value)
                continue;
            var (found, failure) = await search.FindAsync(switches, account.Kind, attribute, value, cancel);
            if (found is null)
                return new Match(failure!);
            if (found.Count > 0)
                return isOurs ? new Match(ScimSearch.Verdict(found)) : Judge(attribute, found, account);
        }

        return null;
    }

    private Match Judge(ScimAttribute by, List<ScimFound> found, DesiredAccount account)
    {
        if (found is not [var one])
        {
            if (!IsListed(account.Kind, by))
                return new Match(new Outcome.Exists(null));
            return new Match(Undecided.Of(
                "GET", $"{found.Count} accounts have the same {by.Filter}: a person has to decide, and write the key into externalId of the right one."));
        }

        if (one.ExternalId is { } holder)
        {
            return new Match(
                holder == account.CorrelationKey ? new Outcome.Exists(one.Id)
                : by == Name(account.Kind) ? new Outcome.Exists(null)
                : Undecided.Of("GET", $"The account with the same {by.Filter} carries another externalId: a person has to decide whose it is."));
        }

        if (!IsListed(account.Kind, by))
            return new Match(new Outcome.Exists(null));
        return account.Kind == AccountKind.User && Doubt(by, one.Resource, account) is { } doubt
            ? new Match(Undecided.Of("GET", doubt))
            : new Match(new Outcome.Exists(one.Id), one.Id);
    }

    private static ScimAttribute Name(AccountKind kind) => kind == AccountKind.Group ? ScimAttribute.DisplayName : ScimAttribute.UserName;

    private bool IsListed(AccountKind kind, ScimAttribute by) =>
        kind == AccountKind.Group ? options.MatchGroups : options.Match.Exists(listed => Attribute(listed) == by);

    private string? Doubt(ScimAttribute by, JsonObject theirs, DesiredAccount account)
    {
        var (number, wanted) = (ScimAttribute.EmployeeNumber.Values(theirs).First(), ScimAttribute.EmployeeNumber.Of(account));
        if (number is not null && wanted is not null && number != wanted)
            return $"The account with the same {by.Filter} has another employee number: it is not taken over.";
        var isAddressOnly = by == ScimAttribute.UserName && (number is null || wanted is null)
            && ScimAttribute.UserName.Of(account) is { } name && ScimAttribute.Emails.Has(theirs, name);
        return isAddressOnly && !options.Match.Contains(ScimMatch.Emails)
            ? "An account has this user name, which is its e-mail address, and nothing else says whose it is. Write the key into its externalId, "
                + "give both the employee number, or list emails in match."
            : null;
    }

    private static ScimAttribute Attribute(ScimMatch by) => by switch
    {
        ScimMatch.ExternalId => ScimAttribute.ExternalId,
        ScimMatch.EmployeeNumber => ScimAttribute.EmployeeNumber,
        ScimMatch.Emails => ScimAttribute.Emails,
        _ => ScimAttribute.UserName,
    };

    /// <summary>What was found.</summary>
    /// <param name="Outcome">What that means.</param>
    /// <param name="Unowned">The account, where it carries no key and is to be taken over.</param>
    public sealed record Match(Outcome Outcome, string? Unowned = null);
}
