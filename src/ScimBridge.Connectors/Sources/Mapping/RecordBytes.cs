using System.Buffers.Binary;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>The bytes that the hash of a record is made of: the fingerprint of the declaration, then each value behind its length.</summary>
internal sealed class RecordBytes
{
    private const int Absent = -1;
    private readonly int _start;
    private byte[] _bytes = new byte[4096];
    private int _length;

    public RecordBytes(ReadOnlySpan<byte> fingerprint)
    {
        fingerprint.CopyTo(_bytes);
        _start = fingerprint.Length;
    }

    /// <summary>All of them.</summary>
    public ReadOnlySpan<byte> Hashed => _bytes.AsSpan(0, _length);

    /// <summary>Those of the values alone.</summary>
    public ReadOnlySpan<byte> Values => _bytes.AsSpan(_start.._length);

    /// <summary>Makes ready for the next record.</summary>
    public void Reset() => _length = _start;

    /// <summary>Adds a value.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        var end = _length + sizeof(int) + value.Length;
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, end * 2);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_length), value.Length);
        value.CopyTo(_bytes.AsSpan(_length + sizeof(int)));
        _length = end;
    }

    /// <summary>Adds that there is none, not even an empty one.</summary>
    public void AddAbsent()
    {
        Add([]);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_length - sizeof(int)), Absent);
    }

    /// <summary>Takes the first value from what is left of them; false where it is absent.</summary>
    public static bool Take(ref ReadOnlySpan<byte> values, out ReadOnlySpan<byte> value)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(values);
        value = values.Slice(sizeof(int), Math.Max(length, 0));
        values = values[(sizeof(int) + value.Length)..];
        return length != Absent;
    }
}
