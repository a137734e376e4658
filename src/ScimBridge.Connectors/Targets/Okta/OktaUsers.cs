using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>Delivers users.</summary>
internal sealed class OktaUsers(OktaClient client, OktaSearch search, OktaTargetOptions options, TimeProvider clock)
{
    private readonly OktaProfile _profile = new(options);
    private readonly OktaLifecycle _lifecycle = new(client, options, clock);
    private readonly OktaMatcher _matcher = new(search, options);

    public async Task<Outcome> FindAsync(string key, CancellationToken cancel)
    {
        var (found, failure) = await search.UsersByKeyAsync(key, cancel);
        return found is null ? failure! : OktaMatcher.Verdict(found);
    }

    public async Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(string id, CancellationToken cancel)
    {
        var (user, failure) = await _lifecycle.ReadAsync(id, cancel);
        if (user is null)
            return (failure!, null);
        var attributes = _profile.Read(user.Profile ?? []);
        if (options.Manager == OktaManager.LinkedObject)
        {
            var (manager, unread) = await ReadManagerAsync(id, cancel);
            if (unread is not null)
                return (unread, null);
            if (manager is not null)
                OktaProfile.WriteManager(attributes, manager);
        }

        return (
            new Outcome.Done(user.Id),
            new ObservedAccount(AccountKind.User, user.Id, search.KeyOf(user.Profile), OktaLifecycle.IsUsable(user), attributes));
    }

    /// <summary>What of these attributes an account shows that has them.</summary>
    public JsonObject Shown(JsonObject attributes)
    {
        var shown = _profile.Read(_profile.Of(attributes));
        if (options.Manager == OktaManager.LinkedObject && OktaProfile.ManagerOf(attributes) is { } manager)
            OktaProfile.WriteManager(shown, manager);
        return shown;
    }

    public async Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel)
    {
        var profile = _profile.Of(account.Attributes);
        profile[options.CorrelationAttribute] = account.CorrelationKey;

        // Who has a different login by now would not be noticed by a conflict.
        if (await _matcher.FindAsync(account.CorrelationKey, profile, cancel) is { } known)
            return await TakeAsync(known, account.CorrelationKey, cancel);

        var activates = account.Active && options.ActivationEmail;
        var reply = await client.SendAsync(
            HttpMethod.Post,
            OktaRoute.Users(activates ? "activate=true" : "activate=false"),
            OktaJson.Bytes(new JsonObject { ["profile"] = profile }),
            cancel);
        if (reply.IsConflict)
        {
            return await _matcher.FindHolderAsync(account.CorrelationKey, profile, cancel) is { } holder
                ? await TakeAsync(holder, account.CorrelationKey, cancel)
                : new Outcome.Exists(null);
        }

        if (reply.Failure is { } failure)
            return failure is Outcome.Gone ? new Outcome.Rejected("POST users: 404. The account refers to something that Okta does not have.") : failure;
        if (reply.As(OktaJson.Default.OktaUser) is not { Id: { Length: > 0 } } user)
            return OktaFailures.Unreadable("POST users", reply.Status);

        if (options.Manager == OktaManager.LinkedObject && OktaProfile.ManagerOf(account.Attributes) is { } manager
            && await WriteManagerAsync(user.Id, manager, cancel) is { } unlinked)
            return unlinked.AfterOthers();
        if (account.Active && !activates && await _lifecycle.EnableAsync(user, cancel) is { } disabled)
            return disabled.AfterOthers();
        return new Outcome.Done(user.Id);
    }

    public async Task<Outcome> UpdateAsync(string id, IReadOnlyList<AttributeChange> changes, bool? active, CancellationToken cancel)
    {
        var profile = _profile.Of(changes);
        if (active is null)
        {
            return await WriteAsync(id, user: null, profile, changes, cancel) ?? new Outcome.Done(id);
        }

        var (user, failure) = await _lifecycle.ReadAsync(id, cancel);
        if (user is null)
            return failure!;
        if (active == true)
        {
            // Okta changes nothing of an account that is deactivated: that one is activated first. All others are right when they wake.
            var asleep = OktaLifecycle.IsDeactivated(user) || user.TransitioningToStatus is not null;
            if (asleep && await _lifecycle.EnableAsync(user, cancel) is { } notYet)
                return notYet;
            if (await WriteAsync(id, asleep ? null : user, profile, changes, cancel) is { } unwritten)
                return asleep ? unwritten.AfterOthers() : unwritten;
            return (asleep ? null : (await _lifecycle.EnableAsync(user, cancel))?.AfterOthers()) ?? new Outcome.Done(id);
        }

        // Okta changes nothing of an account that is deactivated, and nobody uses it: a reply was lost, and all is done.
        if (OktaLifecycle.IsDeactivated(user))
            return new Outcome.Done(id);

        // Whatever becomes of the rest, one who is to be shut out is shut out. One who is on the way there may have arrived before anything is written.
        var rest = OktaLifecycle.IsDeactivating(user) ? null : await WriteAsync(id, user, profile, changes, cancel);
        if (rest is Outcome.Stop or Outcome.Gone)
            return rest;
        return await _lifecycle.DisableAsync(user, cancel) is { } stillOpen
            ? stillOpen.AfterOthers()
            : rest?.AfterOthers() ?? new Outcome.Done(id);
    }

    public async Task<Outcome> DeleteAsync(string id, CancellationToken cancel)
    {
        var (user, failure) = await _lifecycle.ReadAsync(id, cancel);
        if (user is null)
            return failure is Outcome.Gone ? new Outcome.Done(id) : failure!;

        // DELETE itself only deactivates one who is not.
        if (await _lifecycle.DeactivateAsync(user, cancel) is { } open)
            return open is Outcome.Gone ? new Outcome.Done(id) : open;
        var reply = await client.SendAsync(HttpMethod.Delete, OktaRoute.User(id, "?sendEmail=false"), default, cancel);
        return reply.IsGone ? new Outcome.Done(id) : reply.Failure?.AfterOthers() ?? new Outcome.Done(id);
    }

    /// <summary>An account that was found: one of ours as it is, one without a key with ours written on it.</summary>
    private async Task<Outcome> TakeAsync(OktaMatcher.Match match, string key, CancellationToken cancel)
    {
        if (match.Unowned is not { } id)
            return match.Outcome;
        var profile = new JsonObject { [options.CorrelationAttribute] = key };
        return await WriteProfileAsync(id, profile, cancel) is { } failure
            ? failure is Outcome.Gone ? new Outcome.Retry(null, "POST users/{id}: 404. The account that was found is gone.") : failure
            : new Outcome.Exists(id);
    }

    /// <summary>Writes what differs; null where all is written.</summary>
    private async Task<Outcome?> WriteAsync(
        string id, OktaUser? user, JsonObject profile, IReadOnlyList<AttributeChange> changes, CancellationToken cancel)
    {
        if (user?.Profile is { } current)
        {
            foreach (var name in profile.Where(p => JsonNode.DeepEquals(current[p.Key], p.Value)).Select(p => p.Key).ToList())
                profile.Remove(name);
        }

        var isManagerChanged = false;
        string? manager = null;
        if (options.Manager == OktaManager.LinkedObject)
            (isManagerChanged, manager) = OktaProfile.ManagerOf(changes);

        // Nothing of this is Okta's: whether the account is there has to be asked all the same.
        if (profile.Count == 0 && !isManagerChanged)
            return user is not null ? null : (await _lifecycle.ReadAsync(id, cancel)).Failure;
        if (profile.Count > 0 && await WriteProfileAsync(id, profile, cancel) is { } failure)
            return failure;
        return isManagerChanged && await WriteManagerAsync(id, manager, cancel) is { } unlinked
            ? profile.Count > 0 ? unlinked.AfterOthers() : unlinked
            : null;
    }

    private async Task<Outcome?> WriteProfileAsync(string id, JsonObject profile, CancellationToken cancel)
    {
        var reply = await client.SendAsync(
            HttpMethod.Post, OktaRoute.User(id), OktaJson.Bytes(new JsonObject { ["profile"] = profile }), cancel);
        if (reply.IsConflict)
            return new Outcome.Exists(null);
        if (!reply.IsGone)
            return reply.Failure;

        // Okta says "not found" of an account that is deactivated, too: https://github.com/okta/okta-sdk-java/issues/721
        var (user, failure) = await _lifecycle.ReadAsync(id, cancel);
        return user is null
            ? failure
            : new Outcome.Rejected(
                $"POST users/{{id}}: 404. The account is {user.Status}, and Okta changes nothing of it until it is activated again.");
    }

    private async Task<Outcome?> WriteManagerAsync(string id, string? manager, CancellationToken cancel)
    {
        var route = OktaRoute.LinkedObject(id, options.ManagerRelationship, manager);
        var reply = await client.SendAsync(manager is null ? HttpMethod.Delete : HttpMethod.Put, route, default, cancel);
        if (!reply.IsGone)
            return reply.Failure;
        if (manager is null)
            return null;
        var (user, failure) = await _lifecycle.ReadAsync(id, cancel);
        return user is null
            ? failure
            : new Outcome.Rejected(
                $"PUT {route.Name}: 404. The manager's account is gone, or the org has no linked object definition '{options.ManagerRelationship}'.");
    }

    private async Task<(string? Manager, Outcome? Failure)> ReadManagerAsync(string id, CancellationToken cancel)
    {
        var route = OktaRoute.LinkedObject(id, options.ManagerRelationship);
        var (links, failure) = await search.ListAsync(route, OktaJson.Default.ListOktaLinked, cancel);
        return failure is null or Outcome.Gone ? (links?.FirstOrDefault()?.Links?.Self?.Href?.Split('/')[^1], null) : (null, failure);
    }
}
