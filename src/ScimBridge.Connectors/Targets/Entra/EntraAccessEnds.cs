using Microsoft.Graph.Models;
using Microsoft.Kiota.Abstractions;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Ends what a user holds beside the account. <see href="https://learn.microsoft.com/en-us/graph/api/user-revokesigninsessions"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/user-delete-approleassignments"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/api/device-update"/>
/// </summary>
internal sealed class EntraAccessEnds(EntraClient client, EntraHoldings holdings, EntraUsers users)
{
    public async Task<Outcome> RevokeAsync(AccessKind kind, string id, CancellationToken cancel) => kind switch
    {
        AccessKind.Sessions => await users.RevokeSessionsAsync(id, cancel) ?? new Outcome.Done(id),
        AccessKind.Grants => await EndAsync(id, await holdings.GrantsAsync(id, cancel), grant => Delete(EntraHoldings.Grants, grant), cancel),
        AccessKind.Roles => await EndRolesAsync(id, cancel),
        AccessKind.Factors => await EndMethodsAsync(id, cancel),
        AccessKind.Devices => await EndAsync(id, await holdings.DevicesAsync(id, cancel), Disable, cancel),
        _ => throw new NotSupportedException($"Graph has no call that ends {kind}."),
    };

    private (string Call, RequestInformation Info) Delete(string collection, string one, string? path = null) => (
        $"DELETE {collection}/{{id}}",
        new RequestInformation { HttpMethod = Method.DELETE, URI = client.Address($"{path ?? collection}/{Uri.EscapeDataString(one)}") });

    /// <summary>An app may do so to what runs Windows alone.</summary>
    private (string Call, RequestInformation Info) Disable(string device) =>
        ("PATCH devices/{id}", client.Graph.Devices[device].ToPatchRequestInformation(new Device { AccountEnabled = false }));

    /// <summary>Roles of the directory first: they reach further than those of one application.</summary>
    private async Task<Outcome> EndRolesAsync(string id, CancellationToken cancel)
    {
        var ofApps = await holdings.AppRolesAsync(id, cancel);
        if (ofApps.Ids is null)
            return ofApps.Failure!;
        var ofDirectory = await EndAsync(id, await holdings.DirectoryRolesAsync(id, cancel), role => Delete(EntraHoldings.DirectoryRoles, role), cancel);
        if (ofDirectory is not (Outcome.Done or Outcome.Rejected))
            return ofDirectory;
        var path = $"users/{Uri.EscapeDataString(id)}/appRoleAssignments";
        var rest = await EndAsync(id, ofApps, role => Delete(EntraHoldings.AppRoles, role, path), cancel);
        return rest is Outcome.Done ? ofDirectory : rest.AfterOthers();
    }

    /// <summary>
    /// The default method goes last, and a phone only after the second one; which is the default is not shown, so what is refused is tried
    /// again as long as another has gone meanwhile.
    /// <see href="https://learn.microsoft.com/en-us/graph/api/phoneauthenticationmethod-delete"/>
    /// </summary>
    private async Task<Outcome> EndMethodsAsync(string id, CancellationToken cancel)
    {
        var (methods, failure) = await holdings.MethodsAsync(id, cancel);
        if (methods is null)
            return failure!;
        var left = methods.FindAll(m => m.IsDeletable);
        while (left.Count > 0)
        {
            Outcome? refused = null;
            var again = new List<EntraMethod>();
            foreach (var method in left)
            {
                var (call, info) = Delete($"users/{{id}}/authentication/{method.Segment}", method.Id, $"users/{Uri.EscapeDataString(id)}/authentication/{method.Segment}");
                var reply = await client.SendAsync(call, info, cancel, isUrgent: true);
                if (reply.Failure is null || reply.IsGone)
                    continue;
                if (reply.Failure is not Outcome.Rejected)
                    return reply.Failure.AfterOthers();
                refused = reply.Failure;
                again.Add(method);
            }

            if (again.Count == left.Count)
                return refused!;
            left = again;
        }

        return methods.Find(m => !m.IsDeletable) is { } other
            ? new Outcome.Rejected($"DELETE users/{{id}}/authentication: Graph has no call that deletes a method of the type {other.Type}.")
            : new Outcome.Done(id);
    }

    /// <summary>Each for itself, twenty to a call; what is gone has ended. The gravest of what goes wrong is what comes of all.</summary>
    private async Task<Outcome> EndAsync(
        string id, (List<string>? Ids, Outcome? Failure) held, Func<string, (string Call, RequestInformation Info)> end, CancellationToken cancel)
    {
        if (held.Ids is null)
            return held.Failure!;
        var failures = new List<Outcome>();
        foreach (var chunk in held.Ids.Chunk(EntraClient.MostInBatch))
        {
            var (replies, failure) = await client.BatchAsync(Array.ConvertAll(chunk, one => end(one)), cancel, isUrgent: true);
            if (replies is null)
                return failure!.AfterOthers();
            failures.AddRange(replies.Where(r => !r.IsGone).Select(r => r.Failure).OfType<Outcome>());
        }

        return failures.Find(f => f is Outcome.Stop)
            ?? failures.OfType<Outcome.Retry>().MaxBy(r => r.After ?? TimeSpan.Zero)?.AfterOthers()
            ?? failures.FirstOrDefault()
            ?? new Outcome.Done(id);
    }
}
