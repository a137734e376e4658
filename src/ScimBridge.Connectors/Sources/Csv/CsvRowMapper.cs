using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>
/// Makes a record, or a fault, of each row of one file. The row's values go into the hash as they stand, each after its length, so that
/// no two different rows come to the same bytes; a column that is not mapped is never looked at.
/// </summary>
internal sealed class CsvRowMapper
{
    private const int MaxShownCharacters = 40;

    private const string UnpairedQuotes =
        "The quotes do not pair up: a field that contains a quote stands in quotes, with the quote doubled (RFC 4180).";

    private readonly CsvDeclaration declaration;
    private readonly CsvHeader header;
    private readonly string?[] values = new string?[Enum.GetValues<WorkerField>().Length];
    private byte[] hashed = new byte[4096];
    private int hashedLength;

    public CsvRowMapper(CsvDeclaration declaration, CsvHeader header)
    {
        this.declaration = declaration;
        this.header = header;
        declaration.Fingerprint.Span.CopyTo(hashed);
        foreach (var (field, value) in declaration.Constants)
            values[(int)field] = value;
    }

    /// <summary>A value as messages may repeat it: short, and on one line.</summary>
    public static string Shown(string value) =>
        string.Concat(value.Take(MaxShownCharacters).Select(c => char.IsControl(c) ? '·' : c))
        + (value.Length > MaxShownCharacters ? "..." : "");

    /// <summary>Maps the row that the reader stands on.</summary>
    public FeedItem Map(CsvReader row, long line, long position)
    {
        Read(row);
        if (row.FieldCount != header.ColumnCount)
        {
            var difference = row.FieldCount < header.ColumnCount ? "short" : "long";
            var reason = $"The row is too {difference}: it has {row.FieldCount} fields, the header has {header.ColumnCount}.";
            return Refuse(new(null, reason), line, position);
        }

        Problem? problem = null;
        var workerId = Text(WorkerField.WorkerId, ref problem);
        var givenName = Text(WorkerField.GivenName, ref problem);
        var status = Word(WorkerField.Status, declaration.Statuses, ref problem);
        var type = Word(WorkerField.Type, declaration.Types, ref problem);
        var start = Date(WorkerField.StartDate, ref problem);
        var contractEnd = Date(WorkerField.ContractEndDate, ref problem);
        var termination = Date(WorkerField.TerminationDate, ref problem);
        var lastDay = Date(WorkerField.LastDayOfWork, ref problem);
        var zone = Zone(ref problem);

        if (type is WorkerType.Contractor or WorkerType.Contingent && contractEnd is null)
            problem ??= new(WorkerField.ContractEndDate, $"A {CanonicalWords.NameOf(type)} needs a contract end date.");
        if (termination < start)
            problem ??= new(WorkerField.TerminationDate, $"The termination date {Iso(termination)} is before the start date {Iso(start)}.");
        if (problem is { } found)
            return Refuse(found, line, position);

        var facts = new WorkerFacts
        {
            WorkerId = workerId,
            EmployeeNumber = values[(int)WorkerField.EmployeeNumber] ?? workerId,
            GivenName = givenName,
            FamilyName = values[(int)WorkerField.FamilyName],
            DisplayName = values[(int)WorkerField.DisplayName],
            Status = status,
            Type = type,
            StartDate = start,
            ContractEndDate = contractEnd,
            TerminationDate = termination,
            LastDayOfWork = lastDay,
            Title = values[(int)WorkerField.Title],
            Department = values[(int)WorkerField.Department],
            DepartmentCode = values[(int)WorkerField.DepartmentCode],
            CostCenter = values[(int)WorkerField.CostCenter],
            Company = values[(int)WorkerField.Company],
            Division = values[(int)WorkerField.Division],
            Location = values[(int)WorkerField.Location],
            Country = values[(int)WorkerField.Country],
            TimeZone = zone,
            ManagerId = values[(int)WorkerField.ManagerId],
            WorkEmail = values[(int)WorkerField.WorkEmail],
            WorkPhone = values[(int)WorkerField.WorkPhone],
            PreferredLanguage = values[(int)WorkerField.PreferredLanguage],
            UserName = values[(int)WorkerField.UserName],
        };
        return new FeedItem(new HrRecord(facts, Hash(), line), null, position);
    }

    /// <summary>Refuses the row that the reader stands on because its quotes cannot be made sense of.</summary>
    public FeedItem RefuseQuotes(CsvReader row, long line, long position)
    {
        Read(row);
        return Refuse(new(null, UnpairedQuotes), line, position);
    }

    private FeedItem Refuse(Problem problem, long line, long position)
    {
        var column = problem.Field is { } field ? declaration.Columns.FirstOrDefault(column => column.Field == field).Header : null;
        return new FeedItem(null, new RowFault(line, column, values[(int)WorkerField.WorkerId], problem.Reason), position);
    }

    private void Read(CsvReader row)
    {
        hashedLength = SHA256.HashSizeInBytes;
        foreach (var (field, index) in header.Fields)
        {
            var bytes = index < row.FieldCount ? row.GetSpan(index) : default;
            bytes = bytes[Ascii.Trim(bytes)];
            AddToHash(bytes);
            values[(int)field] = Encoding.UTF8.GetString(bytes).Trim() is { Length: > 0 } value ? value : null;
        }
    }

    private void AddToHash(ReadOnlySpan<byte> bytes)
    {
        var end = hashedLength + sizeof(int) + bytes.Length;
        if (end > hashed.Length)
            Array.Resize(ref hashed, end * 2);
        BinaryPrimitives.WriteInt32LittleEndian(hashed.AsSpan(hashedLength), bytes.Length);
        bytes.CopyTo(hashed.AsSpan(hashedLength + sizeof(int)));
        hashedLength = end;
    }

    private string Hash()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(hashed.AsSpan(0, hashedLength), hash);
        return Convert.ToHexStringLower(hash);
    }

    private string Text(WorkerField field, ref Problem? problem)
    {
        if (values[(int)field] is { } value)
            return value;
        problem ??= new(field, $"{CanonicalWords.NameOf(field)} is required and empty.");
        return "";
    }

    private T Word<T>(WorkerField field, IReadOnlyDictionary<string, T> words, ref Problem? problem)
        where T : struct, Enum
    {
        var word = Text(field, ref problem);
        if (declaration.Constants.ContainsKey(field))
            return Enum.Parse<T>(word, ignoreCase: true);
        if (words.TryGetValue(word, out var value))
            return value;
        var name = CanonicalWords.NameOf(field);
        problem ??= new(field, $"The {name} '{Shown(word)}' is not mapped: add it to words.{name} of the source.");
        return default;
    }

    private LocalDate? Date(WorkerField field, ref Problem? problem)
    {
        if (values[(int)field] is not { } text)
            return null;
        var dates = declaration.Constants.ContainsKey(field) ? CsvDeclaration.ConstantDates : declaration.Dates;
        if (dates.TryRead(text, out var date, out var fault))
            return date;
        problem ??= new(field, $"'{Shown(text)}' {fault}.");
        return null;
    }

    /// <summary>The row's own zone, else that of its site, else the source's.</summary>
    private string Zone(ref Problem? problem)
    {
        if (values[(int)WorkerField.TimeZone] is { } zone)
        {
            if (!CsvDeclaration.Zones.Contains(zone))
                problem ??= new(WorkerField.TimeZone, $"'{Shown(zone)}' is no IANA time zone.");
            return zone;
        }

        return values[(int)WorkerField.Location] is { } location && declaration.Sites.TryGetValue(location, out var ofSite)
            ? ofSite
            : declaration.TimeZone;
    }

    private static string Iso(LocalDate? date) => date?.ToString("uuuu-MM-dd", System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private readonly record struct Problem(WorkerField? Field, string Reason);
}
