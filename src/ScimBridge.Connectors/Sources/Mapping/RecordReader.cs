using System.Security.Cryptography;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// Takes the values of each record of one feed, whatever format they came in, as they stand: who it is about and what its hash is. What they
/// mean is for the mapper to say, when somebody asks. The values go into the hash each after its length, so that no two different records
/// come to the same bytes; these bytes are also what the mapper reads.
/// </summary>
internal sealed class RecordReader
{
    private readonly Declaration _declaration;
    private readonly ColumnValues _columns;
    private readonly RecordMapper _mapper;
    private readonly RecordBytes _bytes;
    private readonly int _workerId;
    private readonly int _personId;
    private readonly bool _tellsPerson;

    public RecordReader(Declaration declaration, ColumnValues columns)
    {
        _declaration = declaration;
        _columns = columns;
        _mapper = new RecordMapper(declaration);
        _bytes = new RecordBytes(declaration.Fingerprint.Span);
        _workerId = ColumnOf(WorkerField.WorkerId);
        _personId = ColumnOf(WorkerField.PersonId);
        _tellsPerson = declaration.Constants.ContainsKey(WorkerField.PersonId);
    }

    /// <summary>Takes the values as they stand.</summary>
    public FeedItem Read(long row, long position)
    {
        if (Problem() is { } problem)
            return Refuse(problem.Column, problem.Reason, row, position);
        _bytes.Reset();
        for (var i = 0; i < _columns.Count; i++)
        {
            if (_declaration.Partial && _columns.StateOf(i) == ColumnState.Absent)
                _bytes.AddAbsent();
            else
                _bytes.Add(_columns[i]);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_bytes.Hashed, hash);
        return new FeedItem(_mapper, _bytes.Values.ToArray(), Convert.ToHexStringLower(hash), row, position)
        {
            WorkerId = _tellsPerson || (_personId >= 0 && !_columns[_personId].IsEmpty) ? null : WorkerId(),
        };
    }

    /// <summary>Refuses the record for a reason that concerns all of it; names the worker where the values do.</summary>
    public FeedItem Refuse(string reason, long row, long position) => Refuse(column: null, reason, row, position);

    private FeedItem Refuse(string? column, string reason, long row, long position) =>
        new(new RowFault(row, column, WorkerId(), reason), position);

    // What is in the place of a value and is none.
    private (string Column, string Reason)? Problem()
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            var reason = _columns.StateOf(i) switch
            {
                ColumnState.Structure => "An object or a list stands where a value is expected.",
                ColumnState.Twice => "The value is there twice.",
                ColumnState.Broken => "The value is no text: it has half of a character.",
                _ => null,
            };
            if (reason is not null)
                return (_declaration.Columns[i].Name, reason);
        }

        return null;
    }

    private string? WorkerId() => _declaration.ValueOf(
        WorkerField.WorkerId,
        _workerId >= 0 ? RecordMapper.TextOf(_columns[_workerId]) : _declaration.Constants.GetValueOrDefault(WorkerField.WorkerId));

    private int ColumnOf(WorkerField field)
    {
        for (var i = 0; i < _declaration.Columns.Count; i++)
        {
            if (_declaration.Columns[i].Field == field)
                return i;
        }

        return -1;
    }
}
