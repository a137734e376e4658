using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Recognises the account that a new one would be a second of: by our key, then by what the configuration lists, in its order. More than
/// one is never a guess, another's is never taken, and one that only has the same e-mail address is not taken unless that is said.
/// </summary>
internal sealed class OktaMatcher(OktaSearch search, OktaTargetOptions options)
{
    /// <summary>What a search by our key comes to.</summary>
    public static Outcome Verdict(List<OktaUser> found) => found switch
    {
        [] => new Outcome.Gone(),
        [var user] => new Outcome.Exists(user.Id),
        _ => Undecided.Of("GET users", $"{found.Count} accounts carry the same key of ours: a person has to decide which is the right one."),
    };

    /// <summary>
    /// The account, looked for before anything is created; null where there is none. A login in the last place is not looked for: that
    /// it is taken shows by itself.
    /// </summary>
    public async Task<Match?> FindAsync(string key, JsonObject profile, CancellationToken cancel)
    {
        var keys = options.Match.FindAll(m => Wanted(m, profile).Value is not null);
        if (keys is [.., OktaMatch.Login])
            keys.RemoveAt(keys.Count - 1);
        foreach (var by in keys)
        {
            var (attribute, value) = Wanted(by, profile);
            var (found, failure) = by == OktaMatch.Login
                ? await search.UsersByLoginAsync(value!, cancel)
                : await search.UsersByAttributeAsync(attribute, value!, cancel);
            if (found is null)
                return new Match(failure!);
            if (found.Count > 0)
                return Judge(by, attribute, found, key, profile);
        }

        return null;
    }

    /// <summary>The account that holds something that must be unique.</summary>
    public async Task<Match?> FindHolderAsync(string key, JsonObject profile, CancellationToken cancel)
    {
        var (ours, failure) = await search.UsersByKeyAsync(key, cancel);
        if (ours is null)
            return new Match(failure!);
        if (ours.Count > 0)
            return new Match(Verdict(ours));
        if (Wanted(OktaMatch.Login, profile).Value is not { } login)
            return null;
        var (holders, unread) = await search.UsersByLoginAsync(login, cancel);
        if (holders is null)
            return new Match(unread!);
        if (holders.Count > 0)
            return Judge(OktaMatch.Login, "login", holders, key, profile);

        // Not the login: our key, on an account that the search does not show yet, or something else that the org wants unique.
        return null;
    }

    private Match Judge(OktaMatch by, string attribute, List<OktaUser> found, string key, JsonObject profile)
    {
        if (found is not [var user])
        {
            return new Match(Undecided.Of(
                "GET users",
                $"{found.Count} accounts have the same {attribute}: a person has to decide, and write the key into {options.CorrelationAttribute} of the right one."));
        }

        if (search.KeyOf(user.Profile) is { } holder)
        {
            return new Match(
                holder == key ? new Outcome.Exists(user.Id)
                : by == OktaMatch.Login ? new Outcome.Exists(null)
                : Undecided.Of("GET users", $"The account with the same {attribute} belongs to another person of the bridge: a person has to decide whose it is."));
        }

        if (!options.Match.Contains(by))
            return new Match(new Outcome.Exists(null));
        var (theirs, wanted) = (Text(user.Profile, "employeeNumber"), Text(profile, "employeeNumber"));
        if (theirs is not null && wanted is not null && theirs != wanted)
            return new Match(Undecided.Of("GET users", $"The account with the same {attribute} has another employee number: it is not taken over."));
        var isAddressOnly = by == OktaMatch.Login && (theirs is null || wanted is null)
            && string.Equals(Text(user.Profile, "login"), Text(user.Profile, "email"), StringComparison.OrdinalIgnoreCase);
        if (isAddressOnly && !options.Match.Contains(OktaMatch.Email))
        {
            return new Match(Undecided.Of(
                "GET users",
                $"An account has this login, which is its e-mail address, and nothing else says whose it is. Write the key into its {options.CorrelationAttribute}, "
                + "give both the employee number, or list email in match."));
        }

        return new Match(new Outcome.Exists(user.Id), user.Id);
    }

    private static (string Attribute, string? Value) Wanted(OktaMatch by, JsonObject profile)
    {
        var attribute = by switch { OktaMatch.Login => "login", OktaMatch.Email => "email", _ => "employeeNumber" };
        return (attribute, Text(profile, attribute));
    }

    private static string? Text(JsonObject? profile, string name) => profile?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>What was found.</summary>
    /// <param name="Outcome">What that means.</param>
    /// <param name="Unowned">The account, where it carries no key and is to be taken over.</param>
    public sealed record Match(Outcome Outcome, string? Unowned = null);
}
