using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Evidence;

/// <summary>What a check of the journal has come to.</summary>
/// <param name="Entries">How many entries were checked.</param>
/// <param name="Blocks">How many blocks.</param>
/// <param name="Anchors">How many anchors.</param>
/// <param name="Unsealed">How many entries have no place in the chain yet.</param>
/// <param name="Faults">What is wrong; empty where nothing is. At most so many as <see cref="JournalCheck.MostFaults"/>.</param>
internal sealed record JournalFindings(long Entries, long Blocks, long Anchors, long Unsealed, IReadOnlyList<string> Faults)
{
    /// <summary>As JSON.</summary>
    public JsonObject Describe() => new()
    {
        ["sound"] = Faults.Count == 0,
        ["entries"] = Entries,
        ["blocks"] = Blocks,
        ["anchors"] = Anchors,
        ["unsealed"] = Unsealed,
        ["faults"] = new JsonArray([.. Faults.Select(f => (JsonNode)f)]),
    };
}

/// <summary>
/// Goes through the journal of the database from its beginning: every entry, every detail that is kept, every block and every anchor is as it was when
/// it was sealed, none is missing and none came in between. What was cut off at its end is found by whoever has an anchor of it.
/// </summary>
internal sealed class JournalCheck
{
    /// <summary>So many faults, and no more, are told.</summary>
    public const int MostFaults = 100;

    private const int AtOnce = 5_000;
    private readonly Session _session;
    private readonly PublicKeys _keys;
    private readonly CancellationToken _cancel;
    private readonly List<string> _faults = [];
    private HashSet<string> _erased = [];
    private long _entries;
    private long _blocks;
    private long _anchors;

    private JournalCheck(Session session, PublicKeys keys, CancellationToken cancel)
    {
        _session = session;
        _keys = keys;
        _cancel = cancel;
    }

    /// <summary>Checks it.</summary>
    /// <param name="session">The session that reads.</param>
    /// <param name="keys">The public keys that anchors are checked with.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<JournalFindings> RunAsync(Session session, PublicKeys keys, CancellationToken cancel)
    {
        while (true)
        {
            var beginning = await JournalSealStore.BeginningAsync(session, cancel);
            var check = new JournalCheck(session, keys, cancel);
            var findings = await check.RunAsync(beginning);
            // It may have been cut meanwhile: then what is missing is not wrong.
            if (findings.Faults.Count == 0 || await JournalSealStore.BeginningAsync(session, cancel) == beginning)
                return findings;
        }
    }

    private async Task<JournalFindings> RunAsync(JournalBeginning beginning)
    {
        var head = await JournalSealStore.FindAsync(_session, beginning.Block, _cancel);
        if (head is null)
        {
            if (beginning != default || await JournalSealStore.HeadAsync(_session, _cancel) is not null)
                Fault("The journal has no beginning.");
            return Findings(await JournalSealStore.LastSeqAsync(_session, _cancel));
        }

        if (beginning.Seq != head.LastSeq || (beginning.Block == 0 && head != JournalBlock.Begin(head.SealedAt)))
            Fault("The beginning of the journal is not what it was.");
        _erased = [.. await _session.QueryAsync("SELECT subject FROM journal WHERE kind = 'person.erased'", r => r.GetString(0), _cancel)];
        await AnchorsAsync(head);
        while (_faults.Count < MostFaults && await JournalSealStore.AfterAsync(_session, head.Number, AtOnce, _cancel) is { Count: > 0 } blocks)
        {
            foreach (var block in blocks)
            {
                await BlockAsync(head, block);
                head = block;
                if (_faults.Count >= MostFaults)
                    break;
            }
        }

        var unsealed = await _session.FirstAsync("SELECT count(*) FROM journal WHERE seq > @last", r => r.GetInt64(0), _cancel, ("last", head.LastSeq));
        return Findings(unsealed);
    }

    private JournalFindings Findings(long unsealed) => new(_entries, _blocks, _anchors, unsealed, _faults);

    private async Task BlockAsync(JournalBlock before, JournalBlock block)
    {
        _blocks++;
        if (block.Number != before.Number + 1)
            Fault($"Block {before.Number + 1} is missing.");
        if (block.FirstSeq != before.LastSeq + 1)
            Fault($"Block {block.Number} does not follow the one before it.");
        var (head, position, from, until) = (before.Hash, before.Position, long.MaxValue, long.MinValue);
        for (var seq = before.LastSeq; ;)
        {
            var entries = await JournalStore.AfterAsync(_session, seq, block.LastSeq, position, AtOnce, _cancel);
            foreach (var entry in entries)
            {
                head = JournalBlock.After(head, entry.Digest());
                (position, seq, from, until) = (entry.Position, entry.Seq, Math.Min(from, entry.At), Math.Max(until, entry.At));
            }

            _entries += entries.Count;
            await DetailsAsync(entries);
            if (entries.Count < AtOnce)
                break;
        }

        if (position != block.Position)
            Fault($"Block {block.Number} has {position - before.Position} entries and had {block.Position - before.Position}.");
        if (block.Close(head) != block.Hash || from != block.FromAt || until != block.UntilAt)
            Fault($"An entry of block {block.Number}, from position {before.Position + 1} to {block.Position}, or the block itself, is not what it was.");
    }

    private async Task DetailsAsync(List<SealedEntry> entries)
    {
        var committed = entries.Where(e => e.Commitment is not null).Select(e => (e.Subject, e.Commitment!)).ToList();
        var details = await JournalStore.DetailsAsync(_session, entries, _cancel);
        foreach (var (subject, commitment) in committed)
        {
            if (!details.TryGetValue(commitment, out var detail))
            {
                if (!_erased.Contains(subject))
                    Fault($"A detail of {subject} is missing, who was not erased.");
            }
            else if (Commitment.Of(detail.Salt, detail.Value) != commitment)
            {
                Fault($"A detail of {subject} is not what it was.");
            }
        }
    }

    private async Task AnchorsAsync(JournalBlock beginning)
    {
        var isSigned = beginning.Number == 0;
        for (var after = beginning.Number - 1; ;)
        {
            var some = await JournalSealStore.AnchorsAsync(_session, after, AtOnce, _cancel);
            foreach (var anchor in some)
            {
                _anchors++;
                after = anchor.Block;
                isSigned |= anchor.Block == beginning.Number;
                var block = await JournalSealStore.FindAsync(_session, anchor.Block, _cancel);
                var signed = JournalAnchor.Open(anchor.Signature, _keys, out var keyId);
                if (signed is null)
                    Fault($"The anchor of block {anchor.Block} is not signed by a key of the bridge.");
                else if (signed.Block != anchor.Block || signed.Position != anchor.Position || signed.At.ToMicroseconds() != anchor.At || keyId != anchor.KeyId)
                    Fault($"The anchor of block {anchor.Block} is not what was signed.");
                else if (block is null || block.Hash != signed.Hash || block.Position != signed.Position || block.LastSeq != signed.Seq)
                    Fault($"Block {anchor.Block} is not what the anchor of it says.");
            }

            if (some.Count < AtOnce)
                break;
        }

        if (!isSigned)
            Fault("Where the journal begins by now there is no anchor.");
    }

    private void Fault(string fault)
    {
        if (_faults.Count < MostFaults)
            _faults.Add(fault);
    }
}
