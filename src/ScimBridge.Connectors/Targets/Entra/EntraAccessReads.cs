using System.Globalization;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Reads what a user still holds. Graph lists no sessions: it says from when on they count.
/// <see href="https://learn.microsoft.com/en-us/graph/api/resources/user#properties"/>
/// </summary>
internal sealed class EntraAccessReads(EntraClient client, EntraHoldings holdings, EntraUsers users, TimeProvider clock)
{
    /// <summary>A revocation that is not seen for longer is not one that a replica has not heard of yet.</summary>
    private static readonly Duration LongestLag = Duration.FromMinutes(1);

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    public async Task<(Outcome Outcome, AccessReading? Reading)> ReadAsync(AccessKind kind, string id, Instant since, CancellationToken cancel)
    {
        switch (kind)
        {
            case AccessKind.Sessions:
                return await SessionsAsync(id, since, cancel);
            case AccessKind.Grants:
                var (grants, unread) = await holdings.GrantsAsync(id, cancel);
                return Reading("GET " + EntraHoldings.Grants, grants, unread, "grant");
            case AccessKind.Roles:
                return await RolesAsync(id, cancel);
            case AccessKind.Factors:
                var (methods, failure) = await holdings.MethodsAsync(id, cancel);
                return Reading("GET users/{id}/authentication/methods", methods?.ConvertAll(m => m.Name), failure, "method", " beside the password");
            case AccessKind.Devices:
                var (devices, unlisted) = await holdings.DevicesAsync(id, cancel);
                return Reading("GET users/{id}/registeredDevices", devices, unlisted, "device", " enabled");
            case AccessKind.Memberships:
                var (groups, others, missing) = await holdings.GroupsAsync(id, cancel);
                return Reading("GET users/{id}/memberOf", groups, missing, "group", others > 0 ? $", and {others} that a rule fills" : "");
            default:
                throw new NotSupportedException($"Graph has no call that shows {kind}.");
        }
    }

    private static (Outcome, AccessReading?) Reading(string method, List<string>? left, Outcome? failure, string one, string after = "")
    {
        if (left is null)
            return (failure!, null);
        var count = string.Create(CultureInfo.InvariantCulture, $"{left.Count} {one}{(left.Count == 1 ? "" : "s")}");
        return (new Outcome.Done(), new AccessReading(method, count + after, left));
    }

    private async Task<(Outcome, AccessReading?)> SessionsAsync(string id, Instant since, CancellationToken cancel)
    {
        const string Call = "GET users/{id}";
        var info = client.Graph.Users[id].ToGetRequestInformation(
            request => request.QueryParameters.Select = ["id", "userType", "signInSessionsValidFromDateTime"]);
        var reply = await client.SendAsync(Call, info, cancel, isUrgent: true);
        if (reply.Failure is { } failure)
            return (users.Absent(failure, id, Call), null);
        if (reply.Text("id") is null)
            return (EntraFailures.Unreadable(Call, reply.Status), null);
        var said = reply.Text("signInSessionsValidFromDateTime");
        Instant? from = said is not null && DateTimeOffset.TryParse(said, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Instant.FromDateTimeOffset(time)
            : null;
        var value = $"signInSessionsValidFromDateTime {(from is { } valid ? Text(valid) : "not set")}";

        // Who comes from elsewhere is signed in there.
        if (reply.Text("userType") == "Guest")
            return (new Outcome.Done(), new AccessReading(Call, value + "; an external user's sessions are those of another tenant", Left: null));

        // Graph writes seconds.
        if (from >= Instant.FromUnixTimeSeconds(since.ToUnixTimeSeconds()))
            return (new Outcome.Done(), new AccessReading(Call, value, []));
        return Instant.FromDateTimeOffset(clock.GetUtcNow()) - since < LongestLag
            ? (new Outcome.Retry(Later, $"{Call}: a revocation of sessions is not seen yet; replicas lag behind."), null)
            : (new Outcome.Done(), new AccessReading(Call, value, [$"sessions from before {Text(since)}"]));
    }

    private async Task<(Outcome, AccessReading?)> RolesAsync(string id, CancellationToken cancel)
    {
        var (ofApps, failure) = await holdings.AppRolesAsync(id, cancel);
        if (ofApps is null)
            return (failure!, null);
        var (ofDirectory, unread) = await holdings.DirectoryRolesAsync(id, cancel);
        return Reading($"GET {EntraHoldings.DirectoryRoles}, {EntraHoldings.AppRoles}", ofDirectory is null ? null : [.. ofDirectory, .. ofApps], unread, "role");
    }

    private static string Text(Instant time) => InstantPattern.General.Format(time);
}
