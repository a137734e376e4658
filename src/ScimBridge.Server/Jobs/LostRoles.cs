using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Evidence;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Who answered for which service accounts before decisions of some batches relieved people of theirs or had successors sought, by the journal.</summary>
internal static class LostRoles
{
    private static readonly (string Attribute, AccountableRole Role)[] Roles =
        [("owners", AccountableRole.TechnicalOwner), ("sponsors", AccountableRole.Sponsor), ("coSponsors", AccountableRole.CoSponsor)];

    /// <summary>Finds them.</summary>
    /// <param name="session">The session.</param>
    /// <param name="batches">The batches, which are the correlations of the decisions.</param>
    /// <param name="people">The users whose roles are meant.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>By account: what these people held, and what co-sponsors did, who may have come in their place; in the order of the roles.</returns>
    public static async Task<Dictionary<string, List<Accountable>>> FindAsync(
        Session session, IReadOnlyCollection<string> batches, IReadOnlySet<string> people, CancellationToken cancel)
    {
        var lost = new Dictionary<string, List<Accountable>>(StringComparer.Ordinal);
        var losing = await RollbackStore.LosingAsync(session, batches, cancel);
        var meant = losing.Where(r => people.Contains((string)JsonNode.Parse(r.Data)!["person"]!)).Select(r => r.AccountId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (meant.Count == 0)
            return lost;
        var now = await ResourceStore.FindAsync(session, meant, cancel);
        var first = await RollbackStore.FirstAsync(session, meant, batches, cancel);
        var entries = await JournalStore.OfAsync(session, meant, cancel);
        var since = first.ToDictionary(f => f.Key, f => entries[f.Key].TakeWhile(e => e.Seq >= f.Value).ToList(), StringComparer.Ordinal);
        var details = await JournalStore.DetailsAsync(session, since.Values.SelectMany(s => s), cancel);
        foreach (var id in meant.Where(now.ContainsKey))
        {
            var then = new ResourceThen("serviceaccount", JsonNode.Parse(now[id].Body)!.AsObject());
            then.Undo(since[id], details);
            if (then.Body is not null)
                lost[id] = [.. Roles.SelectMany(r => Held(then.Body, r.Attribute, r.Role)).Where(h => h.Role == AccountableRole.CoSponsor || people.Contains(h.PersonId))];
        }

        return lost;
    }

    // Who held a role for a time has no claim to it.
    private static IEnumerable<Accountable> Held(JsonObject body, string attribute, AccountableRole role) =>
        from element in (body[attribute] as JsonArray ?? []).OfType<JsonObject>()
        let basis = Words.Read<AccountableBasis>((string)element["basis"]!)
        where basis is AccountableBasis.Assigned or AccountableBasis.Succession
        select new Accountable(role, (string)element["value"]!, At(element["since"])!.Value) { Basis = basis, AcceptedAt = At(element["acceptedAt"]), ExpiresAt = At(element["expiresAt"]) };

    private static Instant? At(JsonNode? text) =>
        (string?)text is { } some ? Instant.FromDateTimeOffset(DateTimeOffset.Parse(some, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)) : null;
}
