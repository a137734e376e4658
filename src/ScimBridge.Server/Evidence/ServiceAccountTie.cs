using System.Text.Json.Nodes;

namespace ScimBridge.Server.Evidence;

/// <summary>What ties a person to a service account: the roles in which they answer for it, and its secrets that they know, as its resource shows them.</summary>
internal static class ServiceAccountTie
{
    private static readonly (string Attribute, string Role)[] Roles = [("owners", "technicalOwner"), ("sponsors", "sponsor"), ("coSponsors", "coSponsor")];

    /// <summary>The tie; null where there is none, and where nobody has adopted the account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="body">Its resource.</param>
    /// <param name="personId">The person.</param>
    /// <param name="tracked">Key ids of those of its credentials of which it is known who knows them; of others whoever owns the account is taken to.</param>
    public static JsonObject? Of(string accountId, JsonObject body, string personId, IReadOnlySet<string> tracked)
    {
        if ((string?)body["state"] == "proposed")
            return null;
        var roles = new JsonArray();
        foreach (var (attribute, role) in Roles)
        {
            foreach (var held in Elements(body, attribute).Where(e => (string?)e["value"] == personId))
            {
                roles.Add((JsonNode)new JsonObject
                {
                    ["role"] = role, ["since"] = held["since"]?.DeepClone(), ["basis"] = held["basis"]?.DeepClone(), ["acceptedAt"] = held["acceptedAt"]?.DeepClone(),
                });
            }
        }

        var secrets = new JsonArray([.. Elements(body, "credentials").Select(c => Secret(body, c, personId, tracked)).OfType<JsonNode>()]);
        return roles.Count == 0 && secrets.Count == 0 ? null : new JsonObject
        {
            ["id"] = accountId,
            ["displayName"] = body["displayName"]?.DeepClone(),
            ["target"] = body["target"]?.DeepClone(),
            ["account"] = body["remoteId"]?.DeepClone(),
            ["state"] = body["state"]?.DeepClone(),
            ["roles"] = roles,
            ["secrets"] = secrets,
        };
    }

    // By the rule of ServiceAccount.Knowers, with why and since when.
    private static JsonObject? Secret(JsonObject body, JsonObject credential, string personId, IReadOnlySet<string> tracked)
    {
        var key = (string)credential["value"]!;
        JsonNode? since;
        string evidence;
        if (Elements(body, "knownTo").FirstOrDefault(k => (string?)k["type"] == key && (string?)k["value"] == personId) is { } known)
        {
            (since, evidence) = (known["since"], (string)known["evidence"]!);
        }
        else if (tracked.Contains(key))
        {
            return null;
        }
        else if ((string?)credential["createdBy"] == personId)
        {
            (since, evidence) = (credential["createdAt"], "created");
        }
        else if (Elements(body, "owners").FirstOrDefault(o => (string?)o["value"] == personId && (string?)o["basis"] != "provisional") is { } owner)
        {
            (since, evidence) = (owner["since"], "assumed");
        }
        else
        {
            return null;
        }

        return new JsonObject
        {
            ["credential"] = key, ["type"] = credential["type"]?.DeepClone(), ["state"] = credential["state"]?.DeepClone(), ["since"] = since?.DeepClone(), ["evidence"] = evidence,
        };
    }

    private static IEnumerable<JsonObject> Elements(JsonObject body, string attribute) => (body[attribute] as JsonArray ?? []).OfType<JsonObject>();
}
