using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>
/// Writes what was fetched as lines of JSON: of each record the values that the declaration maps, by the names of its columns, and
/// nothing else, so that what nobody asked for lies nowhere. An item that comes twice shows that the pages moved under the reading.
/// </summary>
internal sealed class Spool(Declaration declaration, Stream into, string feed)
{
    private const int FlushAbove = 64 * 1024;

    private readonly PathTree _paths = new(declaration.Columns);
    private readonly ColumnValues _values = new(declaration.Columns.Count);
    private readonly ArrayBufferWriter<byte> _lines = new(2 * FlushAbove);
    private readonly HashSet<ulong> _seen = [];

    /// <summary>How many records were written.</summary>
    public long Rows { get; private set; }

    /// <summary>Writes one item, and beside what it says what was worked out about it.</summary>
    /// <exception cref="FeedException">It is no object, or it was here before.</exception>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> item, CancellationToken cancel, params IReadOnlyList<(string Column, string? Value)> computed)
    {
        if (!_paths.TryRead(item.Span, _values))
            throw new FeedException($"{feed}: item {Rows + 1} is no JSON object.");
        foreach (var (column, value) in computed)
        {
            for (var i = 0; i < _values.Count; i++)
            {
                if (declaration.Columns[i].Name == column)
                    _values.Set(i, System.Text.Encoding.UTF8.GetBytes(value ?? ""));
            }
        }

        if (KeyOf() is { } key && !_seen.Add(key))
            throw new FeedException($"{feed}: item {Rows + 1} came before: the pages changed while they were read. Nothing was taken in.");
        Write();
        Rows++;
        if (_lines.WrittenCount > FlushAbove)
            await FlushAsync(cancel);
    }

    /// <summary>Writes what is still held.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        await into.WriteAsync(_lines.WrittenMemory, cancel);
        _lines.ResetWrittenCount();
    }

    private void Write()
    {
        using (var writer = new Utf8JsonWriter(_lines))
        {
            writer.WriteStartObject();
            for (var i = 0; i < _values.Count; i++)
            {
                var name = declaration.Columns[i].Name;
                if (_values.StateOf(i) == ColumnState.Absent || IsWritten(i, name))
                    continue;
                writer.WritePropertyName(name);
                if (_values.StateOf(i) == ColumnState.Value)
                {
                    writer.WriteStringValue(_values[i]);
                    continue;
                }

                // Whatever cannot be taken as a value stays what it is: a fault of this record.
                writer.WriteStartObject();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        _lines.Write("\n"u8);
    }

    private bool IsWritten(int column, string name)
    {
        for (var i = 0; i < column; i++)
        {
            if (declaration.Columns[i].Name == name)
                return true;
        }

        return false;
    }

    /// <summary>What tells a record from every other of its source: its worker and, where it has them, its day, its key and its order.</summary>
    private ulong? KeyOf()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var named = false;
        for (var i = 0; i < _values.Count; i++)
        {
            var field = declaration.Columns[i].Field;
            if (field is not (WorkerField.WorkerId or WorkerField.EffectiveFrom or WorkerField.RecordId or WorkerField.Sequence))
                continue;
            named |= field == WorkerField.WorkerId && !_values[i].IsEmpty;
            hash.AppendData(BitConverter.GetBytes(_values[i].Length));
            hash.AppendData(_values[i]);
        }

        return named ? BitConverter.ToUInt64(hash.GetHashAndReset()) : null;
    }
}
