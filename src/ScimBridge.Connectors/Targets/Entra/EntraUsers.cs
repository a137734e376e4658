using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Graph.Models;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>Delivers users. <see href="https://learn.microsoft.com/en-us/graph/api/resources/user"/></summary>
internal sealed class EntraUsers
{
    private const string Update = "PATCH users/{id}";

    private const string SetManager = "PUT users/{id}/manager/$ref";

    /// <summary>When a replica is asked again.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(5);

    private readonly EntraClient _client;
    private readonly EntraRecent _recent;
    private readonly EntraTargetOptions _options;
    private readonly EntraKey _key;
    private readonly EntraProfile _profile;
    private readonly EntraSearch _search;
    private readonly EntraMatcher _matcher;

    public EntraUsers(EntraClient client, EntraRecent recent, EntraTargetOptions options)
    {
        (_client, _recent, _options) = (client, recent, options);
        _key = new EntraKey(options.CorrelationAttribute!);
        _profile = new EntraProfile(options);
        _search = new EntraSearch(client, _key, _profile.Selected);
        _matcher = new EntraMatcher(_search, _key, options);
    }

    /// <summary>What is asked for of a user.</summary>
    public string[] Selected => _profile.Selected;

    /// <summary>What a user comes to.</summary>
    public ObservedAccount Observed(User user) => new(AccountKind.User, user.Id!, _key.Of(user), user.AccountEnabled, _profile.Read(user));

    /// <summary>What of these attributes an account shows that has them.</summary>
    public JsonObject Shown(JsonObject attributes)
    {
        var user = _profile.Of(attributes);
        if (_profile.ManagerOf(attributes) is { } manager)
            user.Manager = new DirectoryObject { Id = manager };
        return _profile.Read(user);
    }

    public async Task<Outcome> FindAsync(string key, CancellationToken cancel)
    {
        var (found, failure) = await _search.UsersByKeyAsync(key, cancel);
        return found is null ? failure! : EntraMatcher.Verdict(found);
    }

    public async Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(string id, CancellationToken cancel)
    {
        const string Call = "GET users/{id}";
        var info = _client.Graph.Users[id].ToGetRequestInformation(request =>
        {
            request.QueryParameters.Select = _profile.Selected;
            if (_options.Manager)
                request.QueryParameters.Expand = ["manager($select=id)"];
        });
        var reply = await _client.SendAsync(Call, info, cancel);
        if (reply.Failure is { } failure)
            return (Absent(failure, id, Call), null);
        return reply.User() is { Id: { Length: > 0 } } user
            ? (new Outcome.Done(user.Id), Observed(user))
            : (EntraFailures.Unreadable(Call, reply.Status), null);
    }

    public async Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel)
    {
        const string Call = "POST users";
        var user = _profile.Of(account.Attributes);
        if (user.UserPrincipalName is not { } name || user.DisplayName is null)
            return new Outcome.Rejected("An account without a user name or a display name cannot be made in Microsoft Entra.");
        _key.Write(user, account.CorrelationKey);
        user.AccountEnabled = account.Active;
        user.MailNickname = Nickname(name);

        // Who has a different name by now would not be noticed by a conflict.
        if (await _matcher.FindAsync(account.CorrelationKey, user, cancel) is { } known)
            return await TakeAsync(known, account.CorrelationKey, cancel);
        if (_options.Restore && await _matcher.FindDeletedAsync(account.CorrelationKey, user, cancel) is { } deleted)
            return await RestoreAsync(deleted, account, cancel);

        // Nobody is to know it, and nobody keeps it: people begin with a temporary access pass or by resetting it.
        user.PasswordProfile = new PasswordProfile { ForceChangePasswordNextSignIn = true, Password = RandomPassword() };
        var reply = await _client.SendAsync(Call, _client.Graph.Users.ToPostRequestInformation(user), cancel);
        if (reply.Conflict is { } property)
            return await TakeAsync(await _matcher.FindHolderAsync(account.CorrelationKey, user, property, cancel), account.CorrelationKey, cancel);
        if (reply.Failure is { } failure)
            return failure is Outcome.Gone ? new Outcome.Rejected($"{Call}: 404. The account refers to something that the tenant does not have.") : failure;
        if (reply.User() is not { Id: { Length: > 0 } id })
            return EntraFailures.Unreadable(Call, reply.Status);
        _recent.Note(id);
        if (_profile.ManagerOf(account.Attributes) is { } manager && await WriteManagerAsync(id, manager, cancel) is { } unlinked)
        {
            // The account is there: what is left comes with the update that follows when it is found.
            return unlinked is Outcome.Stop or Outcome.Retry
                ? unlinked.AfterOthers()
                : new Outcome.Retry(Lag, "The account was made, and its manager could not be set yet.");
        }

        return new Outcome.Done(id);
    }

    public async Task<Outcome> UpdateAsync(string id, IReadOnlyList<AttributeChange> changes, bool? active, CancellationToken cancel)
    {
        var (user, isEmpty) = _profile.Of(changes);
        var (isManagerChanged, manager) = _profile.ManagerOf(changes);
        if (isEmpty && active is null && !isManagerChanged)
        {
            // Nothing of this is Graph's: whether the account is there has to be asked all the same.
            var (there, _) = await GetAsync(id, cancel);
            return there;
        }

        Outcome? rest = null;
        if (!isEmpty || active is not null)
        {
            // What is set to null is cleared.
            if (active is not null)
                user.AccountEnabled = active;
            var failure = await WriteAsync(id, user, active == false, cancel);
            if (failure is Outcome.Rejected or Outcome.Exists && active == false && !isEmpty)
            {
                // Whatever becomes of the rest, one who is to be shut out is shut out.
                rest = failure;
                failure = await WriteAsync(id, new User { AccountEnabled = false }, isUrgent: true, cancel);
            }

            if (failure is not null)
                return failure;
        }

        if (active == false && _options.Revoke.Contains(AccessKind.Sessions) && await RevokeSessionsAsync(id, cancel) is { } open)
            return open.AfterOthers();
        if (isManagerChanged && await WriteManagerAsync(id, manager, cancel) is { } unlinked)
            return isEmpty && active is null ? unlinked : unlinked.AfterOthers();
        return rest ?? new Outcome.Done(id);
    }

    public async Task<Outcome> DeleteAsync(string id, CancellationToken cancel)
    {
        const string Call = "DELETE users/{id}";
        var wasRecent = _recent.Forget(id);
        var reply = await _client.SendAsync(Call, _client.Graph.Users[id].ToDeleteRequestInformation(), cancel, isUrgent: true);
        if (reply.IsGone)
            return wasRecent ? NotYet(Call) : new Outcome.Done(id);
        return reply.Failure ?? new Outcome.Done(id);
    }

    /// <summary>
    /// Ends the sessions of a user; null where that is done. It is in force within minutes, and access tokens that were handed out run
    /// on until they end, but where an application evaluates access continuously.
    /// <see href="https://learn.microsoft.com/en-us/graph/api/user-revokesigninsessions"/>
    /// </summary>
    public async Task<Outcome?> RevokeSessionsAsync(string id, CancellationToken cancel)
    {
        const string Call = "POST users/{id}/revokeSignInSessions";
        var reply = await _client.SendAsync(Call, _client.Graph.Users[id].RevokeSignInSessions.ToPostRequestInformation(), cancel, isUrgent: true);
        return reply.Failure is { } failure ? Absent(failure, id, Call) : null;
    }

    /// <summary>An account that is not there, or not yet.</summary>
    public Outcome Absent(Outcome failure, string id, string call) => failure is Outcome.Gone && _recent.Has(id) ? NotYet(call) : failure;

    /// <summary>Why an account cannot be seen to be there; null where it is.</summary>
    public async Task<Outcome?> MissingAsync(string id, CancellationToken cancel)
    {
        const string Call = "GET users/{id}";
        var info = _client.Graph.Users[id].ToGetRequestInformation(request => request.QueryParameters.Select = ["id"]);
        var reply = await _client.SendAsync(Call, info, cancel, isUrgent: true);
        return reply.Failure is { } failure ? Absent(failure, id, Call) : null;
    }

    private static Outcome.Retry NotYet(string call) => new(Lag, $"{call}: 404. The account was made a moment ago, and is not known everywhere yet.");

    /// <summary>The part of the name before its domain, in the letters that aliases may have.</summary>
    private static string Nickname(string name)
    {
        var local = new string([.. name.Split('@')[0].Where(c => c is > ' ' and <= '~' && !"@()\\[]\";:<>,".Contains(c, StringComparison.Ordinal)).Take(64)]);
        return local.Length > 0 ? local : "user";
    }

    private static string RandomPassword()
    {
        const string Lower = "abcdefghijkmnopqrstuvwxyz", Upper = "ABCDEFGHJKLMNPQRSTUVWXYZ", Digits = "23456789", Signs = "!#%+:=?@-_";
        var password = $"{RandomNumberGenerator.GetString(Lower, 1)}{RandomNumberGenerator.GetString(Upper, 1)}{RandomNumberGenerator.GetString(Digits, 1)}"
            + $"{RandomNumberGenerator.GetString(Signs, 1)}{RandomNumberGenerator.GetString(Lower + Upper + Digits + Signs, 28)}";
        var letters = password.ToCharArray();
        RandomNumberGenerator.Shuffle(letters.AsSpan());
        return new string(letters);
    }

    /// <summary>Writes what is set; null where it is written.</summary>
    private async Task<Outcome?> WriteAsync(string id, User user, bool isUrgent, CancellationToken cancel)
    {
        var reply = await _client.SendAsync(Update, _client.Graph.Users[id].ToPatchRequestInformation(user), cancel, isUrgent);
        if (reply.Conflict is not null)
            return new Outcome.Exists(null);
        return reply.Failure is { } failure ? Absent(failure, id, Update) : null;
    }

    /// <summary>An account that was found: one of ours as it is, one without a key with ours written on it.</summary>
    private async Task<Outcome> TakeAsync(EntraMatcher.Match match, string key, CancellationToken cancel)
    {
        if (match.Unowned is not { } id)
            return match.Outcome;
        var user = new User();
        _key.Write(user, key);
        return await WriteAsync(id, user, isUrgent: false, cancel) is { } failure
            ? failure is Outcome.Gone ? new Outcome.Retry(null, $"{Update}: 404. The account that was found is gone.") : failure
            : new Outcome.Exists(id);
    }

    /// <summary>
    /// Brings back one who was deleted, with the usability that is wanted and not the one that was; the update that follows writes the rest.
    /// <see href="https://learn.microsoft.com/en-us/graph/api/directory-deleteditems-restore"/>
    /// </summary>
    private async Task<Outcome> RestoreAsync(EntraMatcher.Match match, DesiredAccount account, CancellationToken cancel)
    {
        const string Call = "POST directory/deletedItems/{id}/restore";
        if (match.Unowned is not { } id)
            return match.Outcome;
        var reply = await _client.SendAsync(Call, _client.Graph.Directory.DeletedItems[id].Restore.ToPostRequestInformation(), cancel);
        if (reply.Conflict is not null)
        {
            return new Outcome.Rejected(
                $"{Call}: {reply.Status}. A deleted account is this person's, and its name or address is another's by now: "
                + "a person has to restore it under another, or purge it.");
        }

        if (reply.Failure is { } failure)
            return failure is Outcome.Gone ? new Outcome.Retry(Lag, $"{Call}: 404. The deleted account that was found is gone.") : failure;
        _recent.Note(id);
        var user = new User { AccountEnabled = account.Active };
        _key.Write(user, account.CorrelationKey);
        return await WriteAsync(id, user, isUrgent: !account.Active, cancel) is { } unwritten ? unwritten.AfterOthers() : new Outcome.Exists(id);
    }

    private async Task<Outcome?> WriteManagerAsync(string id, string? manager, CancellationToken cancel)
    {
        if (manager is null)
        {
            const string Call = "DELETE users/{id}/manager/$ref";
            var removed = await _client.SendAsync(Call, _client.Graph.Users[id].Manager.Ref.ToDeleteRequestInformation(), cancel);
            return removed.IsGone ? null : removed.Failure;
        }

        var reference = new ReferenceUpdate { OdataId = _client.AddressOf("users", manager) };
        var reply = await _client.SendAsync(SetManager, _client.Graph.Users[id].Manager.Ref.ToPutRequestInformation(reference), cancel);
        if (!reply.IsGone)
            return reply.Failure;

        // The account, the manager, or nothing but a replica that lags behind.
        var (there, _) = await GetAsync(id, cancel);
        if (there is not Outcome.Done)
            return there;
        if (_recent.Has(manager))
            return NotYet(SetManager);
        var seen = await _client.SendAsync(
            "GET users/{id}", _client.Graph.Users[manager].ToGetRequestInformation(request => request.QueryParameters.Select = ["id"]), cancel);
        return seen.IsGone ? new Outcome.Rejected($"{SetManager}: 404. The manager's account is gone.") : seen.Failure ?? NotYet(SetManager);
    }
}
