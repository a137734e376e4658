using System.Text;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// Makes a record, or a fault, of the values that a record of one feed has. It judges one field at a time (required, word, date, zone, yes or
/// no); what fields say together is for the rules of quality.
/// </summary>
internal sealed class RecordMapper(Declaration declaration)
{
    private const int MaxShownCharacters = 40;

    private const int DigitsOfCode = 4;

    private const int DigitsOfDate = 8;

    // More days than a company has had; not more than is worth keeping where a column holds something else.
    private const int MostDates = 50_000;

    private readonly string?[] _values = new string?[Enum.GetValues<WorkerField>().Length];
    private readonly RepeatedTexts[] _texts = [.. declaration.Columns.Select(_ => new RepeatedTexts(TextOf))];
    private readonly Dictionary<string, LocalDate> _dates = new(StringComparer.Ordinal);
    private FieldSet _stated;
    private Problem? _problem;

    /// <summary>A value as messages may repeat it: short, and on one line.</summary>
    public static string Shown(string value) =>
        string.Concat(value.Take(MaxShownCharacters).Select(c => char.IsControl(c) ? '·' : c))
        + (value.Length > MaxShownCharacters ? "..." : "");

    /// <summary>
    /// An offending value as messages may repeat it. Where columns have shifted, it may be anybody's number: what has more digits than a
    /// code or a date is not repeated.
    /// </summary>
    private static string Offending(string value, int mostDigits) => value.Count(char.IsDigit) > mostDigits ? "(not shown)" : $"'{Shown(value)}'";

    /// <summary>Maps the values of a record.</summary>
    /// <param name="values">See <see cref="RecordBytes"/>.</param>
    /// <param name="hash">The hash of the record.</param>
    /// <param name="row">Where it stands.</param>
    public (HrRecord? Record, RowFault? Fault) Map(ReadOnlySpan<byte> values, string hash, long row)
    {
        Read(values);
        var workerId = Required(WorkerField.WorkerId);
        var kind = Word(WorkerField.RecordKind, declaration.Kinds) ?? RecordKind.Change;
        var effectiveFrom = Date(WorkerField.EffectiveFrom);
        var sequence = Sequence();
        var recordId = Text(WorkerField.RecordId);
        if (kind == RecordKind.Rescind && recordId is null && effectiveFrom is null)
            Fault(WorkerField.RecordId, "What is rescinded must be named: by recordId or by effectiveFrom.");
        var facts = kind == RecordKind.Rescind ? NoFacts(workerId) : Facts(workerId);
        if (_problem is { } found)
        {
            var column = declaration.Columns.FirstOrDefault(column => column.Field == found.Field).Name;
            return (null, new RowFault(row, column, _values[(int)WorkerField.WorkerId], found.Reason));
        }

        var record = new HrRecord(facts, hash, row)
        {
            Stated = declaration.Partial && kind != RecordKind.Rescind ? _stated : null,
            EffectiveFrom = effectiveFrom,
            Sequence = sequence,
            RecordId = recordId,
            Kind = kind,
        };
        return (record, null);
    }

    private WorkerFacts Facts(string workerId)
    {
        var (zone, zoneIsStated) = Zone();
        var facts = new WorkerFacts
        {
            WorkerId = workerId,
            EmployeeNumber = Text(WorkerField.EmployeeNumber) ?? workerId,
            GivenName = RequiredUnlessPartial(WorkerField.GivenName),
            FamilyName = Text(WorkerField.FamilyName),
            DisplayName = Text(WorkerField.DisplayName),
            Status = RequiredWord(WorkerField.Status, declaration.Statuses),
            Type = RequiredWord(WorkerField.Type, declaration.Types),
            StartDate = Date(WorkerField.StartDate),
            ContractEndDate = Date(WorkerField.ContractEndDate),
            TerminationDate = Date(WorkerField.TerminationDate),
            LastDayOfWork = Date(WorkerField.LastDayOfWork),
            Title = Text(WorkerField.Title),
            Department = Text(WorkerField.Department),
            DepartmentCode = Text(WorkerField.DepartmentCode),
            CostCenter = Text(WorkerField.CostCenter),
            Company = Text(WorkerField.Company),
            Division = Text(WorkerField.Division),
            Location = Text(WorkerField.Location),
            Country = Text(WorkerField.Country),
            TimeZone = zone,
            ManagerId = Text(WorkerField.ManagerId),
            WorkEmail = Text(WorkerField.WorkEmail),
            WorkPhone = Text(WorkerField.WorkPhone),
            PreferredLanguage = Text(WorkerField.PreferredLanguage),
            UserName = Text(WorkerField.UserName),
            PersonId = Text(WorkerField.PersonId),
            LegalGivenName = Text(WorkerField.LegalGivenName),
            LegalFamilyName = Text(WorkerField.LegalFamilyName),
            JobCode = Text(WorkerField.JobCode),
            PositionId = Text(WorkerField.PositionId),
            Primary = Truth(WorkerField.Primary),
            TerminationType = Word(WorkerField.TerminationType, declaration.TerminationTypes),
            RevokeNow = Truth(WorkerField.RevokeNow),
            LeaveType = Word(WorkerField.LeaveType, declaration.LeaveTypes),
            LeaveStart = Date(WorkerField.LeaveStart),
            LeaveEnd = Date(WorkerField.LeaveEnd),
        };
        if (zoneIsStated)
            _stated = _stated.With(WorkerField.TimeZone);
        return facts;
    }

    /// <summary>Nobody looks at the facts of a record that takes another back, so that nothing in them is worth refusing it for.</summary>
    private WorkerFacts NoFacts(string workerId) => new()
    {
        WorkerId = workerId,
        EmployeeNumber = workerId,
        GivenName = "",
        Status = default,
        Type = default,
        TimeZone = declaration.TimeZone,
    };

    private void Read(ReadOnlySpan<byte> values)
    {
        _problem = null;
        _stated = default;
        Array.Clear(_values);
        foreach (var (field, value) in declaration.Constants)
            State(field, value);
        for (var i = 0; i < _texts.Length; i++)
        {
            if (RecordBytes.Take(ref values, out var bytes))
                State(declaration.Columns[i].Field, bytes.IsEmpty ? null : _texts[i].Of(bytes));
        }
    }

    private void State(WorkerField field, string? value)
    {
        _values[(int)field] = declaration.ValueOf(field, value);

        // What a record says about itself is no fact of the worker.
        if (field is not (WorkerField.EffectiveFrom or WorkerField.Sequence or WorkerField.RecordId or WorkerField.RecordKind))
            _stated = _stated.With(field);
    }

    /// <summary>One spelling for what looks the same, so that a name is the same from whichever system it comes.</summary>
    public static string? TextOf(ReadOnlySpan<byte> bytes) =>
        Encoding.UTF8.GetString(bytes).Trim() is { Length: > 0 } value ? value.IsNormalized() ? value : value.Normalize() : null;

    private string? Text(WorkerField field) => _values[(int)field];

    private string Required(WorkerField field)
    {
        if (_values[(int)field] is { } value)
            return value;
        Fault(field, $"{CanonicalWords.NameOf(field)} is required and empty.");
        return "";
    }

    private bool IsLeftOut(WorkerField field) => declaration.Partial && !_stated.Has(field);

    private string RequiredUnlessPartial(WorkerField field) => IsLeftOut(field) ? "" : Required(field);

    private T RequiredWord<T>(WorkerField field, WordList<T> words)
        where T : struct, Enum
    {
        if (!IsLeftOut(field))
            Required(field);
        return Word(field, words) ?? default;
    }

    private T? Word<T>(WorkerField field, WordList<T> words)
        where T : struct, Enum
    {
        if (_values[(int)field] is not { } word)
            return null;
        if (declaration.Constants.ContainsKey(field))
            return words.Canonical[word];
        if (words.Declared.TryGetValue(word, out var value))
            return value;
        Fault(field, $"The {CanonicalWords.NameOf(field)} {Offending(word, DigitsOfCode)} is not mapped: add it to words.{words.Section} of the source.");
        return null;
    }

    private LocalDate? Date(WorkerField field)
    {
        if (_values[(int)field] is not { } text)
            return null;
        if (declaration.Constants.ContainsKey(field))
            return Declaration.ConstantDates.TryRead(text, out var constant, out _) ? constant : null;
        if (_dates.TryGetValue(text, out var known))
            return known;
        if (declaration.Dates.TryRead(text, out var date, out var fault))
        {
            if (_dates.Count >= MostDates)
                _dates.Clear();
            return _dates[text] = date;
        }

        Fault(field, $"{Offending(text, DigitsOfDate)} {fault}.");
        return null;
    }

    private long? Sequence()
    {
        if (_values[(int)WorkerField.Sequence] is not { } text)
            return null;
        if (DateFormats.TryReadSequence(text, out var sequence))
            return sequence;
        Fault(WorkerField.Sequence, $"{Offending(text, DigitsOfDate)} is neither a whole number nor an instant as 2026-03-01T09:30:00Z is.");
        return null;
    }

    private bool? Truth(WorkerField field)
    {
        if (_values[(int)field] is not { } text)
            return null;
        if (CanonicalWords.Truths.TryGetValue(text, out var truth))
            return truth;
        Fault(field, $"{Offending(text, DigitsOfCode)} is neither true nor false.");
        return null;
    }

    /// <summary>
    /// The record's own zone, else that of its site, else that of its employer, else the source's. A record that states only what it has
    /// states the zone that its site leads to; the source's would take the place of a better one that was stated before.
    /// </summary>
    private (string Zone, bool IsStated) Zone()
    {
        if (_values[(int)WorkerField.TimeZone] is { } zone)
        {
            if (!Declaration.Zones.Contains(zone))
                Fault(WorkerField.TimeZone, $"{Offending(zone, DigitsOfCode)} is no IANA time zone.");
            return (zone, true);
        }

        if (_values[(int)WorkerField.Location] is { } location && declaration.Sites.TryGetValue(location, out var ofSite))
            return (ofSite, true);
        return _values[(int)WorkerField.Company] is { } company && declaration.Employers.TryGetValue(company, out var ofEmployer)
            ? (ofEmployer, !declaration.Partial || _stated.Has(WorkerField.Location))
            : (declaration.TimeZone, false);
    }

    private void Fault(WorkerField field, string reason) => _problem ??= new Problem(field, reason);

    private readonly record struct Problem(WorkerField Field, string Reason);
}
