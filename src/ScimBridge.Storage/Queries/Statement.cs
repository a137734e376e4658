using System.Globalization;

namespace ScimBridge.Storage.Queries;

/// <summary>A statement as it is put together: its parameters, and names that occur once in it. Values never stand in its text.</summary>
internal sealed class Statement(Dialect dialect)
{
    private readonly List<(string Name, object? Value)> _parameters = [];
    private int _aliases;

    /// <summary>The words of the database.</summary>
    public Dialect Dialect { get; } = dialect;

    /// <summary>The parameters so far.</summary>
    public (string Name, object? Value)[] Parameters => [.. _parameters];

    /// <summary>Adds a parameter; answers with its name as it stands in the text.</summary>
    public string Parameter(object value)
    {
        var name = "p" + _parameters.Count.ToString(CultureInfo.InvariantCulture);
        _parameters.Add((name, value));
        return "@" + name;
    }

    /// <summary>A new name for a table.</summary>
    public string Alias() => "t" + _aliases++.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name out of the schema as text in the statement, so that the database can plan for it.</summary>
    public static string Literal(string name) => "'" + name.Replace("'", "''", StringComparison.Ordinal) + "'";
}
