namespace ScimBridge.Storage;

/// <summary>The type of a column in <see cref="Rows"/>, as both databases know it.</summary>
public enum ColumnType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>64-bit integer; also smaller integers and instants.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>JSON text; PostgreSQL keeps it as <c>jsonb</c>.</summary>
    Json,
}

/// <summary>
/// Many rows as the input of one statement, in place of <c>{rows}</c> in its text. PostgreSQL gets arrays and unfolds them
/// in a single round trip; SQLite runs the prepared statement once a row.
/// </summary>
public sealed class Rows
{
    private readonly List<object?[]> _rows = [];

    /// <summary>Names the columns as <c>name</c> (text), <c>name:int</c>, <c>name:bool</c> or <c>name:json</c>.</summary>
    public Rows(params string[] columns)
    {
        Columns = [.. columns.Select(Parse)];
    }

    /// <summary>Name and type of each column.</summary>
    public IReadOnlyList<(string Name, ColumnType Type)> Columns { get; }

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.Count;

    internal IReadOnlyList<object?[]> Values => _rows;

    /// <summary>Adds a row, one value a column: <c>string</c>, <c>long</c>, <c>bool</c> or null.</summary>
    public void Add(params object?[] values)
    {
        if (values.Length != Columns.Count)
            throw new ArgumentException($"{Columns.Count} values are expected, {values.Length} were given.", nameof(values));
        _rows.Add(values);
    }

    private static (string, ColumnType) Parse(string column)
    {
        var colon = column.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return (column, ColumnType.Text);
        return (column[..colon], column[(colon + 1)..] switch
        {
            "int" => ColumnType.Integer,
            "bool" => ColumnType.Boolean,
            "json" => ColumnType.Json,
            var other => throw new ArgumentException($"'{other}' is no column type.", nameof(column)),
        });
    }
}
