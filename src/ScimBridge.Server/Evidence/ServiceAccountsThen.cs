using System.Text.Json.Nodes;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Evidence;

/// <summary>The service accounts that a person answered for at an instant, or knew a secret of, by going back through the journal of each.</summary>
internal static class ServiceAccountsThen
{
    /// <summary>Goes back.</summary>
    /// <param name="session">The session.</param>
    /// <param name="personId">The user of the person.</param>
    /// <param name="at">The instant, in microseconds since 1970.</param>
    /// <param name="isCut">Whether the journal does not go back that far.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Each with the roles and secrets; of one that nobody knows any more, why.</returns>
    public static async Task<List<JsonObject>> AtAsync(Session session, string personId, long at, bool isCut, CancellationToken cancel)
    {
        var ids = await ServiceAccountStore.EverOfPersonAsync(session, personId, cancel);
        var bodies = ids.Count == 0 ? [] : await ResourceStore.FindAsync(session, ids, cancel);
        var rows = (await ServiceAccountStore.LoadAsync(session, ids, cancel)).ToDictionary(r => r.Account.Id, StringComparer.Ordinal);
        var entries = await JournalStore.OfAsync(session, ids, cancel);
        var since = ids.ToDictionary(id => id, id => entries[id].TakeWhile(e => e.At > at).ToList(), StringComparer.Ordinal);
        var details = await JournalStore.DetailsAsync(session, since.Values.SelectMany(s => s), cancel);
        var ties = new List<JsonObject>();
        foreach (var id in ids)
        {
            var then = new ResourceThen("serviceaccount", bodies.GetValueOrDefault(id) is { } now ? JsonNode.Parse(now.Body)!.AsObject() : null);
            then.Undo(since[id], details);
            if (isCut)
                then.Unknown("The journal does not go back that far: it was cut.");
            if (then.UnknownBecause is { } because)
            {
                ties.Add(new JsonObject { ["id"] = id, ["unknownBecause"] = because });
                continue;
            }

            // What a rotation has put into the vault nobody is taken to know.
            var tracked = entries[id].Where(e => e.Kind == "serviceAccount.credentialSeen").Select(e => (string?)JsonNode.Parse(e.Data)!["newCredential"]).OfType<string>()
                .Concat(rows.GetValueOrDefault(id)?.Account.Credentials.Where(c => c.IsTracked).Select(c => c.KeyId) ?? []).ToHashSet(StringComparer.Ordinal);
            if (then.Body is { } body && ServiceAccountTie.Of(id, body, personId, tracked) is { } tie)
                ties.Add(tie);
        }

        return ties;
    }
}
