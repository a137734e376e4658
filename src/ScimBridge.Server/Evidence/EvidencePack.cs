using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Evidence;

/// <summary>
/// What there is to show for a period: the journal with its chain, the ends of access with their proofs, who has access to what and why, and what
/// is not as it should be; counted, mapped to controls, and signed. It is read page by page and written as it is read.
/// </summary>
internal sealed class EvidencePack
{
    private const int AtOnce = 2_000;
    private const int CasesAtOnce = 200;
    private readonly PackRequest _request;
    private readonly HashSet<string>? _only;
    private readonly Session _session;
    private readonly PackWriter _writer;
    private readonly PackFigures _figures = new();
    private readonly IReadOnlyList<string> _targets;
    private readonly string _issuer;
    private readonly Instant _now;
    private readonly CancellationToken _cancel;

    private EvidencePack(
        PackRequest request, string issuer, IReadOnlyList<string> targets, Instant now, Session session, PackWriter writer, CancellationToken cancel)
    {
        _request = request;
        _only = request.Users?.ToHashSet(StringComparer.Ordinal);
        _issuer = issuer;
        _targets = targets;
        _now = now;
        _session = session;
        _writer = writer;
        _cancel = cancel;
    }

    /// <summary>The controls that packs are evidence for.</summary>
    public static IReadOnlyList<JsonObject> Controls { get; } = ReadControls();

    /// <summary>Writes a pack; answers with its figures and the SHA-256 of its bytes.</summary>
    public static async Task<(JsonObject Figures, string Checksum)> WriteAsync(
        string id, PackRequest request, string issuer, IReadOnlyList<string> targets, Instant now, Session session, SigningKeys keys, PackWriter writer,
        CancellationToken cancel)
    {
        var pack = new EvidencePack(request, issuer, targets, now, session, writer, cancel);
        await pack.WriteAsync(id, await keys.IdAsync(SigningKey.Es256, cancel));
        var figures = pack._figures.Describe();
        await writer.FiguresAsync(figures, cancel);
        var payload = PackCheck.Payload(id, await writer.SumAsync(cancel));
        var signature = await keys.SignAsync(SigningKey.Es256, PackSection.SignatureKind, Encoding.UTF8.GetBytes(payload), cancel);
        return (figures, await writer.EndAsync(signature, cancel));
    }

    private async Task WriteAsync(string id, string keyId)
    {
        var (from, until) = (_request.From.ToMicroseconds(), _request.Until.ToMicroseconds());
        var blocks = await JournalSealStore.BetweenAsync(_session, from, until, _cancel);
        // Behind the beginning of a journal that was cut there is nothing before.
        var start = await JournalSealStore.FindAsync(
            _session, blocks is { } some ? Math.Max(some.First - 1, (await JournalSealStore.BeginningAsync(_session, _cancel)).Block) : 0, _cancel);
        await _writer.BeginAsync(Header(id, keyId, start), _cancel);
        await ListAsync(PackSection.Controls, ControlsAsync);
        await ListAsync(PackSection.Anchors, () => AnchorsAsync(start, blocks?.Last ?? 0));
        await ListAsync(PackSection.Journal, () => start is null || blocks is null ? Task.CompletedTask : JournalAsync(start, blocks.Value.Last, from, until));
        await ListAsync(PackSection.Leavers, () => LeaversAsync(from, until));
        await ListAsync(PackSection.Access, AccessAsync);
        await ListAsync(PackSection.Exceptions, ExceptionsAsync);
    }

    private JsonObject Header(string id, string keyId, JournalBlock? start) => new()
    {
        ["id"] = id,
        ["issuer"] = _issuer,
        ["issuedAt"] = Text(_now),
        ["keyId"] = keyId,
        ["from"] = Text(_request.From),
        ["until"] = Text(_request.Until),
        ["users"] = _request.Users is null ? null : new JsonArray([.. _request.Users.Select(u => (JsonNode)u)]),
        ["details"] = _request.Details,
        ["journal"] = new JsonObject
        {
            ["block"] = start?.Number ?? 0, ["position"] = start?.Position ?? 0, ["seq"] = start?.LastSeq ?? 0, ["head"] = start?.Hash ?? "",
        },
    };

    private async Task ListAsync(string section, Func<Task> write)
    {
        await _writer.OpenAsync(section, _cancel);
        await write();
        await _writer.CloseAsync(_cancel);
    }

    private async Task ControlsAsync()
    {
        foreach (var control in Controls)
            await _writer.AddAsync(control, _cancel);
    }

    // Those within, the one that it begins at, and the first behind, which covers the end.
    private async Task AnchorsAsync(JournalBlock? start, long last)
    {
        for (var after = (start?.Number ?? 0) - 1; ;)
        {
            var some = await JournalSealStore.AnchorsAsync(_session, after, AtOnce, _cancel);
            foreach (var anchor in some)
            {
                await _writer.AddAsync(new JsonObject { ["signature"] = anchor.Signature }, _cancel);
                _figures.Anchor();
                after = anchor.Block;
                if (after >= last)
                    return;
            }

            if (some.Count < AtOnce)
                return;
        }
    }

    private async Task JournalAsync(JournalBlock start, long last, long from, long until)
    {
        for (var before = start; before.Number < last;)
        {
            foreach (var block in await JournalSealStore.AfterAsync(_session, before.Number, AtOnce, _cancel))
            {
                if (block.Number > last)
                    return;
                await BlockAsync(before, block, from, until);
                before = block;
            }
        }
    }

    private async Task BlockAsync(JournalBlock before, JournalBlock block, long from, long until)
    {
        var (seq, position) = (before.LastSeq, before.Position);
        while (seq < block.LastSeq)
        {
            var entries = await JournalStore.AfterAsync(_session, seq, block.LastSeq, position, AtOnce, _cancel);
            if (entries.Count == 0)
                break;
            var shown = entries.Where(e => e.At >= from && e.At < until && _only?.Contains(e.Subject) != false).ToList();
            var details = await JournalStore.DetailsAsync(_session, shown, _cancel);
            var next = 0;
            foreach (var entry in entries)
            {
                if (next < shown.Count && shown[next].Position == entry.Position)
                {
                    next++;
                    _figures.Entry(entry.Kind);
                    await _writer.AddAsync(json => Write(json, entry, details), _cancel);
                }
                else
                {
                    _figures.Hidden();
                    await _writer.AddAsync(json => Write(json, entry.Digest()), _cancel);
                }
            }

            (seq, position) = (entries[^1].Seq, entries[^1].Position);
        }

        await _writer.AddAsync(json => Write(json, block), _cancel);
    }

    private void Write(Utf8JsonWriter json, SealedEntry entry, Dictionary<string, JournalDetail> details)
    {
        json.WriteStartObject();
        json.WriteNumber("position", entry.Position);
        json.WriteNumber("seq", entry.Seq);
        json.WriteString("at", Text(Microseconds.ToInstant(entry.At)));
        json.WriteString("kind", entry.Kind);
        json.WriteString("subject", entry.Subject);
        json.WriteString("actor", entry.Actor);
        json.WriteString("correlation", entry.Correlation);
        json.WriteString("data", entry.Data);
        if (entry.Commitment is { } commitment)
        {
            json.WriteString("commitment", commitment);
            json.WritePropertyName("detail");
            if (!details.TryGetValue(commitment, out var detail))
                json.WriteStringValue("erased");
            else if (!_request.Details)
                json.WriteStringValue("withheld");
            else
                Write(json, detail);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JournalDetail detail)
    {
        json.WriteStartObject();
        json.WriteString("salt", detail.Salt);
        json.WriteString("value", detail.Value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string digest)
    {
        json.WriteStartObject();
        json.WriteString("digest", digest);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JournalBlock block)
    {
        json.WriteStartObject();
        json.WriteStartObject("block");
        json.WriteNumber("number", block.Number);
        json.WriteNumber("firstSeq", block.FirstSeq);
        json.WriteNumber("lastSeq", block.LastSeq);
        json.WriteNumber("position", block.Position);
        json.WriteNumber("fromAt", block.FromAt);
        json.WriteNumber("untilAt", block.UntilAt);
        json.WriteNumber("sealedAt", block.SealedAt);
        json.WriteString("hash", block.Hash);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private async Task LeaversAsync(long from, long until)
    {
        for (var after = ""; ;)
        {
            var ids = await EvidenceStore.CasesAsync(_session, after, from, until, _request.Users, CasesAtOnce, _cancel);
            var cases = await RevocationStore.FindAsync(_session, ids, _cancel);
            var steps = (await RevocationStore.StepsAsync(_session, ids, _cancel)).ToLookup(s => s.RevocationId, StringComparer.Ordinal);
            var proofs = (await RevocationStore.ProofsAsync(_session, ids, _cancel)).ToLookup(p => p.Fact.RevocationId, StringComparer.Ordinal);
            var secrets = await LeaverProof.SecretsAsync(_session, [.. cases.Select(c => c.ResourceId)], _cancel);
            foreach (var revocation in cases)
            {
                var (ended, known) = (steps[revocation.Id].ToList(), secrets[revocation.ResourceId]);
                _figures.Leaver(LeaverProof.Conclusion(ended, known));
                await _writer.AddAsync(LeaverProof.Of(_issuer, revocation, ended, [.. proofs[revocation.Id]], known, _now), _cancel);
            }

            if (ids.Count < CasesAtOnce)
                return;
            after = ids[^1];
        }
    }

    private async Task AccessAsync()
    {
        for (var after = (Source: "", Number: -1L); ;)
        {
            var people = await EvidenceStore.AccessAsync(_session, after, _request.Users, AtOnce, _cancel);
            var ids = people.ConvertAll(p => p.ResourceId);
            var accounts = new List<Dictionary<string, HistoryAccount>>();
            foreach (var target in _targets)
                accounts.Add(await EvidenceStore.AccountsAsync(_session, target, ids, _cancel));
            var groups = (await MembershipStore.OfMembersAsync(_session, ids, _cancel)).ToLookup(m => m.MemberId, StringComparer.Ordinal);
            foreach (var person in people)
            {
                var held = accounts.Where(a => a.ContainsKey(person.ResourceId)).Select(a => a[person.ResourceId]).ToList();
                var memberships = groups[person.ResourceId].OrderBy(g => g.GroupId, StringComparer.Ordinal).ToList();
                _figures.Access(person.Access, held.Count(a => a.Active), memberships.Count);
                await _writer.AddAsync(json => Write(json, person, held, memberships), _cancel);
            }

            if (people.Count < AtOnce)
                return;
            after = (people[^1].Source, people[^1].Number);
        }
    }

    private static void Write(Utf8JsonWriter json, AccessRow person, List<HistoryAccount> accounts, List<Membership> groups)
    {
        json.WriteStartObject();
        json.WriteString("user", person.ResourceId);
        json.WriteString("source", person.Source);
        json.WriteString("workerId", person.WorkerId);
        json.WriteString("access", person.Access);
        json.WriteString("rule", person.Rule);
        json.WriteString("decidedAt", person.DecidedAt == 0 ? null : Text(Microseconds.ToInstant(person.DecidedAt)));
        json.WriteString("endedAt", person.EndedAt is { } ended ? Text(Microseconds.ToInstant(ended)) : null);
        json.WriteNumber("record", person.Record);
        json.WriteString("batch", person.Correlation);
        json.WriteStartArray("accounts");
        foreach (var account in accounts)
        {
            json.WriteStartObject();
            json.WriteString("target", account.Target);
            json.WriteString("id", account.RemoteId);
            json.WriteBoolean("active", account.Active);
            json.WriteString("acknowledgedAt", Text(Microseconds.ToInstant(account.UpdatedAt)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("groups");
        foreach (var group in groups)
        {
            json.WriteStartObject();
            json.WriteString("id", group.GroupId);
            json.WriteString("by", (group.ByRule, group.ByHand) switch { (true, true) => "both", (true, _) => "rule", _ => "hand" });
            json.WriteString("since", Text(Microseconds.ToInstant(group.Since)));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task ExceptionsAsync()
    {
        // What is open is the company's, not somebody's.
        foreach (var kind in _only is null ? EvidenceStore.ExceptionKinds : [])
        {
            for (IReadOnlyList<string>? after = null; ;)
            {
                var some = await EvidenceStore.ExceptionsAsync(_session, kind, after, _now.ToMicroseconds(), AtOnce, _cancel);
                foreach (var exception in some)
                {
                    _figures.Exception(kind);
                    await _writer.AddAsync(Describe(exception), _cancel);
                }

                if (some.Count < AtOnce)
                    break;
                after = some[^1].Place;
            }
        }
    }

    private static JsonObject Describe(ExceptionRow exception)
    {
        var told = new JsonObject { ["kind"] = exception.Kind };
        foreach (var (name, value) in exception.Fields)
        {
            var key = name == "kind" ? "about" : Camel(name);
            told[key] = value is long at ? Text(Microseconds.ToInstant(at)) : (string?)value;
        }

        return told;
    }

    private static string Camel(string name) =>
        string.Concat(name.Split('_').Select((part, i) => i == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));

    private static List<JsonObject> ReadControls()
    {
        return [.. JsonNode.Parse(EmbeddedText.Of("controls.json"))!.AsArray().Select(c => c!.AsObject())];
    }

    private static string Text(Instant instant) => InstantPattern.ExtendedIso.Format(instant);
}
