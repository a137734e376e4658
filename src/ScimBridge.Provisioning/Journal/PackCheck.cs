using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime.Text;

namespace ScimBridge.Provisioning.Journal;

/// <summary>
/// Checks an evidence pack with nothing but its bytes and the public keys of the bridge: that the bridge signed it, that not one byte is another, and that
/// what it says follows from what it shows. It takes the pack line by line and keeps none of it.
/// </summary>
public sealed class PackCheck : IDisposable
{
    private const int MostFaults = 100;
    private static readonly byte[] LineFeed = "\n"u8.ToArray();
    private readonly PublicKeys _keys;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly PackFigures _figures = new();
    private readonly Dictionary<long, JournalAnchor> _anchors = [];
    private readonly List<string> _faults = [];
    private string? _held;
    private byte[] _heldBytes = [];
    private long _line;
    private int _section = -1;
    private bool _inside;
    private bool _counted;
    private string _id = "";
    private long _block;
    private long _position;
    private long _seq;
    private long _from;
    private long _until;
    private string _blockHead = "";
    private string _head = "";

    /// <summary>Begins a check.</summary>
    public PackCheck(PublicKeys keys)
    {
        _keys = keys;
    }

    /// <summary>Takes a line, without the line feed behind it.</summary>
    public void Take(ReadOnlySpan<byte> line)
    {
        Release();
        _heldBytes = line.ToArray();
        _held = Encoding.UTF8.GetString(line);
    }

    /// <summary>Ends the check; answers with everything that is wrong, which is nothing where the pack is sound.</summary>
    /// <param name="isWhole">Whether the last line ended with a line feed.</param>
    public IReadOnlyList<string> Finish(bool isWhole)
    {
        if (!isWhole || _held is null || !_held.StartsWith(PackSection.Signature, StringComparison.Ordinal) || !_held.EndsWith(PackSection.Closing, StringComparison.Ordinal)
            || _held.Length < PackSection.Signature.Length + PackSection.Closing.Length)
        {
            Fault("It does not end with a signature.");
            return _faults;
        }

        if (!_counted)
            Fault("It ends before its figures.");
        var sum = Convert.ToHexStringLower(_hash.GetHashAndReset());
        var signed = _keys.Open(_held[PackSection.Signature.Length..^PackSection.Closing.Length], PackSection.SignatureKind, out _);
        if (signed is null)
            Fault("It is not signed by one of these keys.");
        else if (!IsSigned(signed, sum))
            Fault("It is not what was signed: something of it was changed.");
        return _faults;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    /// <summary>What is signed of a pack: its id, and the SHA-256 (lower-case hexadecimal) of all lines before that of the signature, with their line feeds.</summary>
    public static string Payload(string id, string sum) => new JsonObject { ["kind"] = PackSection.SignatureKind, ["version"] = 1, ["pack"] = id, ["sha256"] = sum }.ToJsonString();

    private bool IsSigned(byte[] payload, string sum) => payload.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Payload(_id, sum)));

    // A line that is not the last is hashed and looked at.
    private void Release()
    {
        if (_held is not { } line)
            return;
        _hash.AppendData(_heldBytes);
        _hash.AppendData(LineFeed);
        _line++;
        try
        {
            Look(line);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException or OverflowException
            or ArgumentException or UnparsableValueException)
        {
            Fault("It cannot be read.");
        }
    }

    private void Look(string line)
    {
        if (_line == 1)
            Header(Object(line, PackSection.Opening));
        else if (_counted)
            Fault("Behind the figures comes the signature alone.");
        else if (!_inside && line.StartsWith(PackSection.Figures, StringComparison.Ordinal))
            Figures(Object(line, PackSection.Figures));
        else if (!_inside)
            Begin(line);
        else if (line == "],")
            _inside = false;
        else
            Element(JsonNode.Parse(line.EndsWith("},", StringComparison.Ordinal) ? line[..^1] : line)!.AsObject());
    }

    private void Header(JsonObject header)
    {
        _id = (string)header["id"]!;
        var journal = header["journal"]!;
        (_block, _position, _seq) = ((long)journal["block"]!, (long)journal["position"]!, (long)journal["seq"]!);
        _blockHead = _head = (string)journal["head"]!;
        (_from, _until) = (long.MaxValue, long.MinValue);
    }

    private void Begin(string line)
    {
        _section++;
        _inside = true;
        if (_section >= PackSection.All.Count || line != $"\"{PackSection.All[_section]}\":[")
            Fault("Another part was to begin here.");
    }

    private void Element(JsonObject element)
    {
        switch (_section)
        {
            case 0:
                break;
            case 1:
                Anchor(element);
                break;
            case 2 when element["block"] is JsonObject block:
                Block(block);
                break;
            case 2:
                Entry(element);
                break;
            case 3:
                foreach (var fault in LeaverProofCheck.Faults(element))
                    Fault(fault);
                _figures.Leaver((string)element["conclusion"]!);
                break;
            case 4:
                _figures.Access(
                    (string?)element["access"], element["accounts"]!.AsArray().Count(a => (bool)a!["active"]!), element["groups"]!.AsArray().Count);
                break;
            default:
                _figures.Exception((string)element["kind"]!);
                break;
        }
    }

    private void Anchor(JsonObject element)
    {
        _figures.Anchor();
        if (JournalAnchor.Open((string)element["signature"]!, _keys, out _) is not { } anchor)
        {
            Fault("The anchor is not signed by one of these keys.");
            return;
        }

        _anchors[anchor.Block] = anchor;
        if (anchor.Block == _block && (anchor.Hash, anchor.Position, anchor.Seq) != (_head, _position, _seq))
            Fault("The journal does not begin where the anchor says.");
    }

    private void Entry(JsonObject element)
    {
        _position++;
        string digest;
        if (element["digest"] is { } hidden)
        {
            digest = (string)hidden!;
            _figures.Hidden();
        }
        else
        {
            var entry = Read(element);
            digest = entry.Digest();
            if (entry.Position != _position || entry.Seq <= _seq)
                Fault($"Position {_position.ToString(CultureInfo.InvariantCulture)} was to be here.");
            (_seq, _from, _until) = (entry.Seq, Math.Min(_from, entry.At), Math.Max(_until, entry.At));
            _figures.Entry(entry.Kind);
        }

        _head = JournalBlock.After(_head, digest);
    }

    private SealedEntry Read(JsonObject element)
    {
        string Text(string name) => (string)element[name]!;
        var commitment = (string?)element["commitment"];
        if (element["detail"] is JsonObject detail && Commitment.Of((string)detail["salt"]!, (string)detail["value"]!) != commitment)
            Fault("The detail of the entry is not what it was.");
        var at = InstantPattern.ExtendedIso.Parse(Text("at")).Value.ToUnixTimeTicks() / 10;
        return new SealedEntry(
            (long)element["position"]!, (long)element["seq"]!, at, Text("kind"), Text("subject"), Text("actor"), Text("correlation"), Text("data"), commitment);
    }

    private void Block(JsonObject element)
    {
        long Number(string name) => (long)element[name]!;
        var block = new JournalBlock(
            Number("number"), Number("firstSeq"), Number("lastSeq"), Number("position"), Number("fromAt"), Number("untilAt"), Number("sealedAt"), (string)element["hash"]!);
        if (block.Number != _block + 1 || block.Position != _position || _seq > block.LastSeq || _from < block.FromAt || _until > block.UntilAt)
            Fault("The block is not the one that was to be here.");
        if (block.Close(_head) != block.Hash)
            Fault("An entry of the block, or the block, is not what it was when it was sealed.");
        if (_anchors.TryGetValue(block.Number, out var anchor) && (anchor.Hash, anchor.Position, anchor.Seq) != (block.Hash, block.Position, block.LastSeq))
            Fault("The block is not what its anchor says.");
        (_block, _seq, _blockHead, _head, _from, _until) = (block.Number, block.LastSeq, block.Hash, block.Hash, long.MaxValue, long.MinValue);
    }

    private void Figures(JsonObject said)
    {
        _counted = true;
        if (_section != PackSection.All.Count - 1)
            Fault("Parts of it are missing.");
        if (_head != _blockHead)
            Fault("The journal ends within a block.");
        if (!JsonNode.DeepEquals(said, _figures.Describe()))
            Fault("The figures are not those of what is shown.");
    }

    private static JsonObject Object(string line, string begins) => line.StartsWith(begins, StringComparison.Ordinal) && line.EndsWith(',')
        ? JsonNode.Parse(line[begins.Length..^1])!.AsObject()
        : throw new FormatException();

    private void Fault(string fault)
    {
        if (_faults.Count < MostFaults)
            _faults.Add($"Line {_line.ToString(CultureInfo.InvariantCulture)}: {fault}");
    }
}
