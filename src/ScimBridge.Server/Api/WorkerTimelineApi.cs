using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Why a worker has what they have: what HR said, what came of it, by which rule it was decided, who was put where, which calls were made at the
/// targets and what they answered, and what was proven of the end of access, in the order in which it was noted, as of any instant.
/// </summary>
internal static class WorkerTimelineApi
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/admin/v1/sources/{source}/workers/{id}/timeline", OfWorkerAsync).RequireAuthorization(Scopes.AdminRead);
        app.MapGet("/admin/v1/workers/{id}/timeline", OfUserAsync).RequireAuthorization(Scopes.AdminRead);
    }

    private static async Task OfWorkerAsync(
        HttpContext http, string source, string id, BridgeConfiguration configuration, Database database, IClock clock, CancellationToken cancel)
    {
        HrisRequest.SourceOf(http, configuration);
        var subject = await database.ReadAsync(
            async s => await WorkerTimelineStore.FindAsync(
                s, source, (await WorkerStore.PersonsAsync(s, source, [id], cancel)).GetValueOrDefault(id, id), cancel), cancel);
        await WriteAsync(http, subject, configuration, database, clock, cancel);
    }

    private static async Task OfUserAsync(
        HttpContext http, string id, BridgeConfiguration configuration, Database database, IClock clock, CancellationToken cancel)
    {
        var subject = ResourceIds.IsOne(id) ? await database.ReadAsync(s => WorkerTimelineStore.FindAsync(s, id, cancel), cancel) : null;
        await WriteAsync(http, subject, configuration, database, clock, cancel);
    }

    private static async Task WriteAsync(
        HttpContext http, HistorySubject? subject, BridgeConfiguration configuration, Database database, IClock clock, CancellationToken cancel)
    {
        if (subject is null)
            throw ScimError.NotFound("There is no such worker.").AsException();
        var asked = HrisRequest.AsOf(HrisRequest.Query(http.Request, "at"));
        var at = asked ?? clock.GetCurrentInstant();
        var count = HrisRequest.Count(http.Request);
        var after = Open(HrisRequest.Query(http.Request, "cursor"));
        var targets = configuration.Targets.Select(t => t.Name).ToList();
        var (entries, groups) = await database.ReadAsync(
            async s =>
            {
                var entries = await WorkerTimelineStore.AfterAsync(s, subject, after, at.ToMicroseconds(), count, cancel);
                return (entries, await GroupsAsync(s, [.. entries.SelectMany(GroupsIn).Distinct(StringComparer.Ordinal)], cancel));
            },
            cancel);
        var answer = new JsonObject
        {
            ["source"] = subject.Source,
            ["workerId"] = subject.WorkerId,
            ["user"] = subject.ResourceId,
            ["at"] = Text(at.ToMicroseconds()),
            ["entries"] = new JsonArray([.. entries.Select(e => (JsonNode)Describe(e, groups))]),
            ["next"] = entries.Count == count ? Close(entries[^1]) : null,
        };
        // What is so now says nothing about what was so then.
        if (asked is null)
            await database.ReadAsync(s => AddStateAsync(s, answer, subject.ResourceId, targets, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
    }

    private static async Task<JsonObject> AddStateAsync(
        Session session, JsonObject answer, string resourceId, List<string> targets, CancellationToken cancel)
    {
        var memberships = (await MembershipStore.OfMembersAsync(session, [resourceId], cancel)).OrderBy(m => m.GroupId, StringComparer.Ordinal).ToList();
        var groups = memberships.ConvertAll(m => m.GroupId);
        var names = await ResourceStore.DisplaysAsync(session, groups, cancel);
        var proven = new List<(string Target, string GroupId)>();
        foreach (var target in targets)
        {
            proven.AddRange((await LinkStore.FindMembersAsync(session, target, groups, [resourceId], cancel))
                .Where(m => m.Value).Select(m => (target, m.Key.GroupId)));
        }

        answer["memberships"] = new JsonArray([.. memberships.Select(m =>
        {
            var told = MembershipsApi.Describe(m);
            told.Remove("member");
            told["displayName"] = names.GetValueOrDefault(m.GroupId);
            told["acknowledgedBy"] = new JsonArray([.. proven.Where(p => p.GroupId == m.GroupId).Select(p => (JsonNode)p.Target)]);
            return (JsonNode)told;
        })]);
        answer["accounts"] = new JsonArray([.. (await WorkerTimelineStore.AccountsAsync(session, resourceId, targets, cancel)).Select(a => (JsonNode)new JsonObject
        {
            ["target"] = a.Target, ["id"] = a.RemoteId, ["active"] = a.Active, ["acknowledgedAt"] = Text(a.UpdatedAt),
        })]);
        answer["due"] = new JsonArray([.. (await WorkerTimelineStore.DueAsync(session, resourceId, targets, cancel)).Select(d => (JsonNode)new JsonObject
        {
            ["target"] = d.Target, ["since"] = Text(d.Since), ["attempts"] = d.Attempts, ["refused"] = d.IsDead, ["reason"] = d.Reason,
        })]);
        return answer;
    }

    private static JsonObject Describe(HistoryEntry entry, Dictionary<string, (string? Name, string? Rule)> groups)
    {
        var told = new JsonObject { ["at"] = Text(entry.At) };
        switch (entry.Part)
        {
            case 0 or 1:
                told["what"] = entry.Part == 0 ? "record" : "record.retracted";
                told["stage"] = "record";
                told["batch"] = entry.Correlation;
                told["record"] = entry.Seq;
                if (entry.Part == 0)
                    told["facts"] = JsonNode.Parse(entry.Data);
                break;
            case 2:
                told["what"] = entry.Kind;
                told["stage"] = "event";
                told["batch"] = entry.Correlation;
                told["effectiveAt"] = Text(entry.EffectiveAt!.Value);
                told["changed"] = JsonNode.Parse(entry.Data);
                break;
            case 3:
                told["what"] = entry.Kind;
                told["stage"] = StageOf(entry.Kind);
                told["by"] = entry.Actor;
                told["data"] = Named(JsonNode.Parse(entry.Data)!.AsObject(), groups);
                break;
            case 4:
                told["what"] = "revocation.opened";
                told["stage"] = "proof";
                told["revocation"] = entry.Kind;
                told["effectiveAt"] = Text(entry.EffectiveAt!.Value);
                told["data"] = JsonNode.Parse(entry.Data);
                break;
            default:
                told["what"] = "proof";
                told["stage"] = "proof";
                told["by"] = entry.Actor;
                told["revocation"] = entry.Kind;
                told["number"] = entry.Seq;
                told["data"] = JsonNode.Parse(entry.Data);
                break;
        }

        told["correlation"] = entry.Correlation;
        return told;
    }

    // Where on the way from the record to the proof an entry of the journal stands.
    private static string StageOf(string kind) => kind switch
    {
        "worker.decided" => "decision",
        "account.approved" or "account.rejected" or "record.approved" or "record.rejected" => "approval",
        _ => kind[..Math.Max(0, kind.IndexOf('.', StringComparison.Ordinal))] switch
        {
            "plan" => "plan",
            "account" => "call",
            "revocation" => "proof",
            "user" or "membership" => "resource",
            _ => "note",
        },
    };

    private static async Task<Dictionary<string, (string? Name, string? Rule)>> GroupsAsync(Session session, List<string> ids, CancellationToken cancel)
    {
        var names = await ResourceStore.DisplaysAsync(session, ids, cancel);
        var origins = await ResourceStore.OriginsAsync(session, ids, cancel);
        return ids.ToDictionary(id => id, id => (names.GetValueOrDefault(id), RuledGroup.RuleOf(origins.GetValueOrDefault(id))), StringComparer.Ordinal);
    }

    // Groups by their names of today, and the rules that fill them, beside their ids.
    private static JsonObject Named(JsonObject data, Dictionary<string, (string? Name, string? Rule)> groups)
    {
        foreach (var key in new[] { "joins", "leaves" })
        {
            if (data[key] is JsonArray ids)
                data[key] = new JsonArray([.. ids.Select(id => (JsonNode)Group((string)id!))]);
        }

        if (data["group"] is JsonValue one)
            data["group"] = Group((string)one!);
        return data;

        JsonObject Group(string id)
        {
            var (name, rule) = groups.GetValueOrDefault(id);
            var group = new JsonObject { ["id"] = id, ["displayName"] = name };
            if (rule is not null)
                group["rule"] = rule;
            return group;
        }
    }

    private static IEnumerable<string> GroupsIn(HistoryEntry entry)
    {
        if (entry.Part != 3)
            return [];
        var data = JsonNode.Parse(entry.Data)!.AsObject();
        return new[] { data["joins"], data["leaves"], data["group"] is { } group ? new JsonArray(group.DeepClone()) : null }
            .OfType<JsonArray>().SelectMany(ids => ids.Select(id => (string)id!));
    }

    private static string Close(HistoryEntry last) => Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{last.At}.{last.Part}.{last.Seq}")));

    private static (long At, int Part, long Seq) Open(string? cursor)
    {
        if (cursor is null)
            return (long.MinValue, 0, 0);
        if (Base64Url.IsValid(cursor)
            && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('.') is [var at, var part, var seq]
            && long.TryParse(at, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var a)
            && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var p)
            && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var s))
            return (a, p, s);
        throw ScimError.InvalidCursor("The cursor is not one of a timeline.").AsException();
    }

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
