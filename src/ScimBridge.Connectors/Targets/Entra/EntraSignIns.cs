using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Reads the tenant's log of sign-ins that a person took part in; it needs a licence (P1) and AuditLog.Read.All. What a refresh token
/// brought without the person is in it in the beta version alone. An entry is there within minutes, for 30 days.
/// <see href="https://learn.microsoft.com/en-us/graph/api/signin-list"/>
/// </summary>
internal sealed class EntraSignIns(EntraHoldings holdings)
{
    /// <summary>An entry is of some kilobytes, and an answer of at most a mebibyte is read.</summary>
    private const int PageSize = 100;

    public async Task<(Outcome Outcome, IReadOnlyList<AccessUse>? Uses)> ReadAsync(string id, Instant from, Instant until, CancellationToken cancel)
    {
        var filter = $"userId eq {EntraSearch.Quoted(id)} and createdDateTime ge {Text(from)} and createdDateTime le {Text(until)}";
        var path = $"auditLogs/signIns?$filter={Uri.EscapeDataString(filter)}&$top={PageSize.ToString(CultureInfo.InvariantCulture)}";
        var (entries, failure) = await holdings.ListAsync(id, "auditLogs/signIns", path, cancel);
        if (entries is null)
            return (failure!, null);
        var uses = entries.Select(UseOf).OfType<AccessUse>().Where(use => use.At >= from && use.At < until);
        return (new Outcome.Done(), [.. uses.OrderBy(use => use.At)]);
    }

    private static string Text(Instant time) => InstantPattern.ExtendedIso.Format(time);

    private static AccessUse? UseOf(JsonObject entry)
    {
        if (EntraHoldings.Text(entry, "id") is not { } id
            || !DateTimeOffset.TryParse(EntraHoldings.Text(entry, "createdDateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return null;
        var succeeded = entry["status"]?["errorCode"] is JsonValue code && code.TryGetValue<int>(out var number) && number == 0;
        return new AccessUse(Instant.FromDateTimeOffset(at), "signIn", EntraHoldings.Text(entry, "appDisplayName"), succeeded, id);
    }
}
