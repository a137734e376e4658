using System.Buffers.Binary;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// The texts of one column, made once where they come again: departments, titles and dates are few, and rows are many. A column whose values
/// hardly repeat (names, numbers) is found out, and its texts are made anew each time.
/// </summary>
internal sealed class RepeatedTexts(RepeatedTexts.Maker make)
{
    private const int Slots = 256;
    private const int MostBytes = 64;
    private const int Trial = 2_048;
    private readonly byte[]?[] _bytes = new byte[]?[Slots];
    private readonly string?[] _texts = new string?[Slots];
    private int _asked;
    private int _repeated;

    /// <summary>Makes the text of a value; null where nothing is left of it.</summary>
    public delegate string? Maker(ReadOnlySpan<byte> bytes);

    /// <summary>The text.</summary>
    public string? Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes || (_asked >= Trial && _repeated < _asked / 2))
            return make(bytes);
        _asked++;
        var slot = Slot(bytes);
        if (_bytes[slot] is { } known && bytes.SequenceEqual(known))
        {
            _repeated++;
            return _texts[slot];
        }

        _bytes[slot] = bytes.ToArray();
        return _texts[slot] = make(bytes);
    }

    // The length and the two ends tell most values apart; what falls together is made anew and does no harm.
    private static int Slot(ReadOnlySpan<byte> bytes)
    {
        Span<byte> ends = stackalloc byte[2 * sizeof(ulong)];
        ends.Clear();
        var end = Math.Min(bytes.Length, sizeof(ulong));
        bytes[..end].CopyTo(ends);
        bytes[^end..].CopyTo(ends[sizeof(ulong)..]);
        var mixed = (BinaryPrimitives.ReadUInt64LittleEndian(ends) * 0x9E3779B97F4A7C15UL)
            ^ (BinaryPrimitives.ReadUInt64LittleEndian(ends[sizeof(ulong)..]) * 0xC2B2AE3D27D4EB4FUL)
            ^ (ulong)bytes.Length;
        return (int)((mixed * 0x9E3779B97F4A7C15UL) >> 56);
    }
}
