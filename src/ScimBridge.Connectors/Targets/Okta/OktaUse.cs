using System.Globalization;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Reads the system log of what one account did. Okta keeps it for 90 days, and an entry is in it within seconds or minutes.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/"/>
/// </summary>
internal sealed class OktaUse(OktaClient client)
{
    /// <summary>An entry is of some kilobytes, and an answer of at most a mebibyte is read.</summary>
    private const int PageSize = 200;

    private const int MostPages = 100;

    private static readonly string[] Applications = ["AppInstance", "PublicClientApp", "AppUser"];

    public async Task<(Outcome Outcome, IReadOnlyList<AccessUse>? Uses)> ReadAsync(string id, Instant from, Instant until, CancellationToken cancel)
    {
        var filter = Uri.EscapeDataString($"actor.id eq \"{id.Replace("\"", "", StringComparison.Ordinal)}\"");
        var route = OktaRoute.Logs($"filter={filter}&since={Text(from)}&until={Text(until)}&sortOrder=ASCENDING&limit={PageSize.ToString(CultureInfo.InvariantCulture)}");
        var uses = new List<AccessUse>();
        for (var page = 0; page < MostPages; page++)
        {
            var reply = await client.SendAsync(HttpMethod.Get, route, default, cancel);
            if (reply.Failure is { } failure)
                return (failure.OfThisAlone(), null);
            if (reply.As(OktaJson.Default.ListOktaLogEntry) is not { } entries)
                return (OktaFailures.Unreadable($"GET {route.Name}", reply.Status), null);
            uses.AddRange(entries.Select(UseOf).OfType<AccessUse>().Where(use => use.At >= from && use.At < until));

            // A page without entries may still have a link: to what is not written yet.
            if (reply.Next is null || entries.Count == 0)
                return (new Outcome.Done(), uses);
            route = route.Next(reply.Next);
        }

        return (new Outcome.Rejected($"GET {route.Name}: more than {MostPages} pages come back for one account."), null);
    }

    private static string Text(Instant time) => Uri.EscapeDataString(InstantPattern.ExtendedIso.Format(time));

    private static AccessUse? UseOf(OktaLogEntry entry)
    {
        if (entry is not { Uuid: { } id, EventType: { } action, Published: { } published })
            return null;
        var application = entry.Target?.Find(t => Applications.Contains(t.Type, StringComparer.Ordinal));
        return new AccessUse(
            Instant.FromDateTimeOffset(published), action, application?.DisplayName ?? application?.Id, entry.Outcome?.Result is "SUCCESS" or "ALLOW", id);
    }
}
