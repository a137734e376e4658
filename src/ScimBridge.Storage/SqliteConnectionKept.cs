using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ScimBridge.Storage;

/// <summary>A connection that keeps what it has prepared: to prepare a statement costs more than to run it.</summary>
internal sealed class SqliteConnectionKept(string connectionString) : SqliteConnection(connectionString)
{
    // The texts of filters are as many as clients think of.
    private const int Most = 200;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly Dictionary<string, sqlite3_stmt> _statements = new(StringComparer.Ordinal);

    /// <summary>A command with that text, which nobody else has until it is kept.</summary>
    public SqliteCommand Take(string sql) => _commands.Remove(sql, out var kept) ? kept : new SqliteCommand(sql, this);

    /// <summary>Keeps a command for the next one who needs it.</summary>
    public void Keep(SqliteCommand command)
    {
        if (_commands.Count >= Most)
            ForgetCommands();
        if (!_commands.TryAdd(command.CommandText, command))
            command.Dispose();
    }

    /// <summary>The statement with that text, below ADO.NET. It stays the connection's.</summary>
    public sqlite3_stmt Statement(string sql)
    {
        if (_statements.TryGetValue(sql, out var kept))
            return kept;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(Handle!, sql, out var statement), Handle!);
        if (_statements.Count >= Most)
            ForgetStatements();
        return _statements[sql] = statement;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ForgetCommands();
            ForgetStatements();
        }

        base.Dispose(disposing);
    }

    private void ForgetCommands()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _commands.Clear();
    }

    private void ForgetStatements()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
    }
}
