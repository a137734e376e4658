using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ScimBridge.Storage;

/// <summary>A connection that keeps what it has prepared: to prepare a statement costs more than to run it.</summary>
internal sealed class SqliteConnectionKept(string connectionString) : SqliteConnection(connectionString)
{
    // The texts of filters are as many as clients think of.
    private const int Most = 200;
    private const int MostAnswers = 1_000;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly Dictionary<string, sqlite3_stmt> _statements = new(StringComparer.Ordinal);

    // What was read since others last wrote. This connection itself never writes where it is asked for answers.
    private readonly Dictionary<string, object?> _answers = new(StringComparer.Ordinal);
    private long _answersOf;

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

    /// <summary>What <paramref name="read"/> answers; what it answered before, as long as no other connection of any process has written.</summary>
    public async Task<T> UnchangedAsync<T>(string key, Func<Task<T>> read)
    {
        var version = DataVersion();
        if (version != _answersOf || _answers.Count >= MostAnswers)
            _answers.Clear();
        _answersOf = version;
        if (_answers.TryGetValue(key, out var known))
            return (T)known!;
        // What is written from here on has another version, so that this answer is asked for again then.
        var answer = await read();
        _answers[key] = answer;
        return answer;
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

    // https://www.sqlite.org/pragma.html#pragma_data_version
    private long DataVersion()
    {
        var statement = Statement("PRAGMA data_version");
        try
        {
            if (raw.sqlite3_step(statement) is var stepped and not raw.SQLITE_ROW)
                SqliteException.ThrowExceptionForRC(stepped, Handle!);
            return raw.sqlite3_column_int64(statement, 0);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
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
