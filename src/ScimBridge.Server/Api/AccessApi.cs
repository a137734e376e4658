using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Who should have access where, who has it, since when, and why: one worker, or all that a filter speaks of.</summary>
internal static class AccessApi
{
    private const int AtOnce = 500;

    public static void Map(WebApplication app)
    {
        app.MapGet("/admin/v1/workers/{id}/access", OfWorkerAsync).RequireAuthorization(Scopes.AdminRead);
        app.MapGet("/admin/v1/access", OfPopulationAsync).RequireAuthorization(Scopes.AdminRead);
    }

    private static async Task OfWorkerAsync(HttpContext http, string id, BridgeConfiguration configuration, Database database, CancellationToken cancel)
    {
        var found = ResourceIds.IsOne(id) ? await database.ReadAsync(s => LoadAsync(s, configuration, [id], cancel), cancel) : [];
        if (found is not [var one])
            throw ScimError.NotFound("There is no such user.").AsException();
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, one);
    }

    private static async Task OfPopulationAsync(
        HttpContext http, BridgeConfiguration configuration, UserFilter users, Database database, CancellationToken cancel)
    {
        var (filter, after) = (HrisRequest.Query(http.Request, "filter"), HrisRequest.Query(http.Request, "after"));
        if (after is not null && !ResourceIds.IsOne(after))
            throw HrisRequest.Invalid("after is what an answer before gave.");
        var format = ExportFormats.Of(http.Request);
        if (format == ExportFormat.Json)
        {
            var count = HrisRequest.Count(http.Request);
            var (page, last) = await PageAsync(users, database, configuration, filter, after, count, cancel);
            await BatchesApi.WriteAsync(
                http, StatusCodes.Status200OK, new JsonObject { ["people"] = new JsonArray([.. page.Select(p => (JsonNode)p)]), ["next"] = page.Count == count ? last : null });
            return;
        }

        // A filter that is none is told before anything is sent.
        for (var isFirst = true; ; isFirst = false)
        {
            var (page, last) = await PageAsync(users, database, configuration, filter, after, AtOnce, cancel);
            if (isFirst)
            {
                http.Response.ContentType = format.ContentType();
                if (format == ExportFormat.Csv)
                    await http.Response.WriteAsync("source,worker,user,target,what,shouldHave,has,since,rule,recordHash,batch,row,proof,difference\r\n", cancel);
            }

            await http.Response.WriteAsync(string.Concat(page.Select(p => format == ExportFormat.Csv ? Csv(p) : p.ToJsonString() + "\n")), cancel);
            if (page.Count < AtOnce)
                return;
            after = last;
        }
    }

    private static async Task<(List<JsonObject> People, string? Last)> PageAsync(
        UserFilter users, Database database, BridgeConfiguration configuration, string? filter, string? after, int count, CancellationToken cancel) =>
        await database.ReadAsync(
            async s =>
            {
                var ids = await users.IdsAsync(s, filter, after, count, cancel);
                return (await LoadAsync(s, configuration, ids, cancel), ids.Count == 0 ? null : ids[^1]);
            },
            cancel);

    private static async Task<List<JsonObject>> LoadAsync(Session session, BridgeConfiguration configuration, List<string> ids, CancellationToken cancel)
    {
        var rows = ids.Count == 0 ? [] : await ResourceStore.FindAsync(session, ids, cancel);
        ids = ids.FindAll(id => rows.GetValueOrDefault(id)?.Type == "User");
        if (ids.Count == 0)
            return [];
        var grounds = await AccessStore.GroundsAsync(session, ids, cancel);
        var accounts = await AccessStore.AccountsAsync(session, [.. configuration.Targets.Select(t => t.Name)], ids, cancel);
        var since = await AccessStore.SinceAsync(session, ids, cancel);
        var cases = await AccessStore.CasesAsync(session, ids, cancel);
        var steps = await AccessStore.StepsAsync(session, [.. cases.Values.Select(c => c.Id)], cancel);
        var memberships = (await MembershipStore.OfMembersAsync(session, ids, cancel)).ToLookup(m => m.MemberId, StringComparer.Ordinal);
        var pairs = memberships.SelectMany(m => m).Select(m => (m.GroupId, m.MemberId)).ToList();
        var names = await ResourceStore.DisplaysAsync(session, [.. pairs.Select(p => p.GroupId).Distinct(StringComparer.Ordinal)], cancel);
        var ties = configuration.Sponsorship is null ? [] : await TiesAsync(session, ids, cancel);
        var targets = new List<TargetView>();
        foreach (var target in configuration.Targets.Select(t => t.Name))
        {
            var looked = await ReconciliationStore.NewestDoneAsync(session, target, Reconciliation.OfAll, cancel);
            var found = looked is null ? [] : await ReconciliationStore.OfAsync(session, looked.Id, ids, cancel);
            targets.Add(new TargetView(
                target, looked, found.ToLookup(f => f.Difference.ResourceId!, StringComparer.Ordinal), await PlanStore.AcknowledgedAsync(session, target, pairs, cancel)));
        }

        return ids.ConvertAll(id => Describe(
            id,
            JsonNode.Parse(rows[id].Body)!.AsObject(),
            grounds.GetValueOrDefault(id),
            new JsonArray([.. targets.Select(t => (JsonNode)OfTarget(id, rows[id].Body, t, accounts[id], since, cases, steps, memberships[id], names))]),
            new JsonArray([.. ties.GetValueOrDefault(id) ?? []])));
    }

    // For whom they answer, and whose secrets they know.
    private static async Task<Dictionary<string, JsonNode[]>> TiesAsync(Session session, List<string> ids, CancellationToken cancel)
    {
        var matters = await ServiceAccountStore.MattersAsync(session, ids, cancel);
        var rows = (await ServiceAccountStore.LoadAsync(session, [.. matters.SelectMany(m => m).Distinct(StringComparer.Ordinal)], cancel))
            .ToDictionary(
                r => r.Account.Id,
                r => (Body: JsonNode.Parse(r.Resource.Body)!.AsObject(), Tracked: r.Account.Credentials.Where(c => c.IsTracked).Select(c => c.KeyId).ToHashSet(StringComparer.Ordinal)),
                StringComparer.Ordinal);
        return matters.ToDictionary(
            m => m.Key,
            m => m.Order(StringComparer.Ordinal).Where(rows.ContainsKey).Select(id => ServiceAccountTie.Of(id, rows[id].Body, m.Key, rows[id].Tracked)).OfType<JsonNode>().ToArray(),
            StringComparer.Ordinal);
    }

    private static JsonObject Describe(string id, JsonObject body, AccessGround? ground, JsonArray targets, JsonArray serviceAccounts) => new()
    {
        ["user"] = id,
        ["source"] = ground?.Source,
        ["workerId"] = ground?.WorkerId,
        ["active"] = body["active"]?.GetValue<bool>() ?? true,
        ["state"] = ground?.Access,
        ["rule"] = ground?.Rule,
        ["record"] = ground?.Record is not { } record ? null : new JsonObject
        {
            ["hash"] = record.Hash, ["batch"] = record.BatchId, ["row"] = record.Row, ["recordedAt"] = Text(record.RecordedAt),
        },
        ["timeline"] = $"/admin/v1/workers/{id}/timeline",
        ["targets"] = targets,
        ["serviceAccounts"] = serviceAccounts,
    };

    private static JsonObject OfTarget(
        string id,
        string body,
        TargetView target,
        IEnumerable<HeldAccount> accounts,
        Dictionary<(string ResourceId, string Target), long> since,
        Dictionary<string, (string Id, string State)> cases,
        Dictionary<(string CaseId, string Target), StepState> steps,
        IEnumerable<Membership> memberships,
        Dictionary<string, string> names)
    {
        var account = accounts.FirstOrDefault(a => a.Target == target.Name);
        var found = target.Found[id].Select(f => f.Difference).ToList();
        var should = JsonNode.Parse(body)!["active"]?.GetValue<bool>() ?? true;
        var has = account is { RemoteId: not null, Active: true };

        // What was seen counts for more than what was acknowledged.
        if (found.Exists(f => f.Kind == DifferenceKind.ReEnabled))
            has = true;
        else if (found.Exists(f => f.GroupId is null && (f.Kind == DifferenceKind.Missing || (f.Kind == DifferenceKind.AttributeDrift && f.What.Contains(AccountReconciler.Active)))))
            has = false;
        var proof = cases.TryGetValue(id, out var revocation) && revocation.State != "returned" && steps.TryGetValue((revocation.Id, target.Name), out var step)
            ? (revocation.Id, State: step)
            : default;
        return new JsonObject
        {
            ["target"] = target.Name,
            ["account"] = account.RemoteId,
            ["shouldHave"] = should,
            ["has"] = has,
            ["since"] = since.TryGetValue((id, target.Name), out var at) ? Text(at) : null,
            ["proof"] = proof.Id is null ? null : $"/admin/v1/leavers/{proof.Id}/proof",
            ["proofState"] = proof.Id is null ? null : Words.Of(proof.State),
            ["comparedAt"] = target.Looked?.FinishedAt is { } finished ? Text(finished) : null,
            ["memberships"] = new JsonArray([.. Memberships(id, target, found, memberships, names).Select(m => (JsonNode)m)]),
            ["differences"] = new JsonArray([.. target.Found[id].Select(f => (JsonNode)ReconciliationsApi.Describe(f))]),
        };
    }

    private static IEnumerable<JsonObject> Memberships(
        string id, TargetView target, List<Difference> found, IEnumerable<Membership> memberships, Dictionary<string, string> names)
    {
        foreach (var membership in memberships.OrderBy(m => m.GroupId, StringComparer.Ordinal))
        {
            yield return new JsonObject
            {
                ["group"] = membership.GroupId,
                ["displayName"] = names.GetValueOrDefault(membership.GroupId),
                ["shouldHave"] = true,
                ["has"] = target.Acknowledged.Contains((membership.GroupId, id))
                    && !found.Exists(f => f.Kind == DifferenceKind.MissingMembership && f.GroupId == membership.GroupId),
                ["since"] = Text(membership.Since),
                ["byRule"] = membership.ByRule,
                ["byHand"] = membership.ByHand,
            };
        }

        foreach (var extra in found.Where(f => f is { Kind: DifferenceKind.ExtraMembership, GroupId: not null }))
        {
            yield return new JsonObject
            {
                ["group"] = extra.GroupId, ["displayName"] = names.GetValueOrDefault(extra.GroupId!), ["shouldHave"] = false, ["has"] = true, ["since"] = null,
                ["byRule"] = false, ["byHand"] = false,
            };
        }
    }

    private static string Csv(JsonObject person)
    {
        var lines = new System.Text.StringBuilder();
        foreach (var target in person["targets"]!.AsArray().Select(t => t!.AsObject()))
        {
            Add("account", target, string.Join(' ', target["differences"]!.AsArray().Where(d => d!["group"] is null).Select(d => (string)d!["kind"]!)));
            foreach (var membership in target["memberships"]!.AsArray().Select(m => m!.AsObject()))
            {
                var differs = (bool)membership["shouldHave"]! != (bool)membership["has"]!;
                Add((string)membership["group"]!, membership, !differs ? "" : (bool)membership["has"]! ? "extraMembership" : "missingMembership", (string)target["target"]!);
            }
        }

        foreach (var account in person["serviceAccounts"]!.AsArray().Select(a => a!.AsObject()))
        {
            foreach (var role in account["roles"]!.AsArray())
                Tie(account, $"serviceAccount {account["id"]} {role!["role"]}", has: true, (string?)role["since"], (string?)role["basis"]);
            foreach (var secret in account["secrets"]!.AsArray())
            {
                var isOver = (string?)secret!["state"] is "revokedVerified" or "rotatedVerified";
                Tie(account, $"serviceAccount {account["id"]} secret {secret["credential"]}", !isOver, (string?)secret["since"], (string?)secret["evidence"]);
            }
        }

        return lines.ToString();

        // Who has left should answer for nothing, and know nothing that still works.
        void Tie(JsonObject account, string what, bool has, string? since, string? why) => lines.Append(ExportFormats.Line(
            (string?)person["source"], (string?)person["workerId"], (string?)person["user"], (string?)account["target"], what,
            (bool)person["active"]! && has ? "yes" : "no", has ? "yes" : "no", since, why, null, null, null, null, ""));

        void Add(string what, JsonObject item, string difference, string? target = null) => lines.Append(ExportFormats.Line(
            (string?)person["source"], (string?)person["workerId"], (string?)person["user"], target ?? (string?)item["target"], what,
            (bool)item["shouldHave"]! ? "yes" : "no", (bool)item["has"]! ? "yes" : "no", (string?)item["since"], (string?)person["rule"],
            (string?)person["record"]?["hash"], (string?)person["record"]?["batch"], person["record"]?["row"]?.ToString(), (string?)item["proof"], difference));
    }

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));

    private sealed record TargetView(
        string Name, Reconciliation? Looked, ILookup<string, StoredDifference> Found, HashSet<(string GroupId, string MemberId)> Acknowledged);
}
