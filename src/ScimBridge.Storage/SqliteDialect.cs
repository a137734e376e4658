using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using DbUp;
using DbUp.Builder;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ScimBridge.Storage;

/// <summary>SQLite with a write-ahead log: the embedded default. One writer at a time, readers never wait.</summary>
public sealed class SqliteDialect : Dialect, IAsyncDisposable
{
    private const int Constraint = 19;
    private const int Busy = 5;
    private const int Locked = 6;

    // SQLITE_CONFIG_MEMSTATUS
    private const int MemoryStatistics = 9;

    // Pages in memory, a connection each. Writing touches many indexes at random places: what does not fit is read back page by page.
    private const int ReaderCacheKib = 8 * 1024;
    private const int WriterCacheKib = 48 * 1024;

    // Statements run on the thread that asks, so that there are hardly more readers at once than processors.
    private static readonly int MostIdle = 2 * Environment.ProcessorCount;

    // Pages in the log before they are moved into the database: 64 MiB, so that a page that is written often is moved once.
    private const int CheckpointPages = 16_384;
    private readonly string _path;
    private readonly string _connectionString;
    private readonly ConcurrentStack<SqliteConnectionKept> _idle = [];

    // To count the bytes in use, SQLite takes one lock of the process at each allocation; nobody asks for the count. It can only be
    // said before anything is opened, and where that is too late, things are slower and no worse.
    static SqliteDialect()
    {
        Batteries_V2.Init();
        raw.sqlite3_config(MemoryStatistics, 0);
    }

    /// <summary>Opens, and creates where it is missing, the database in the given file.</summary>
    public SqliteDialect(string path)
    {
        _path = Path.GetFullPath(path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            ForeignKeys = true,
            DefaultTimeout = 60,
            // Connections are kept here, with what they have prepared.
            Pooling = false,
        }.ToString();
    }

    /// <inheritdoc/>
    public override string Name => "sqlite";

    /// <summary>Closes the idle connections, so that nothing holds the file any more.</summary>
    public ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var connection))
            connection.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override bool IsRemote => false;

    internal override bool HasOneWriter => true;

    // The one that was given back last has the most of what is asked for in its cache.
    internal override Task<DbConnection> OpenAsync(CancellationToken cancel) =>
        _idle.TryPop(out var connection) ? Task.FromResult<DbConnection>(connection) : OpenAsync(ReaderCacheKib, cancel);

    internal override ValueTask CloseAsync(DbConnection connection)
    {
        if (_idle.Count >= MostIdle)
            return connection.DisposeAsync();
        _idle.Push((SqliteConnectionKept)connection);
        return ValueTask.CompletedTask;
    }

    internal override DbCommand Command(DbConnection connection, string sql) => ((SqliteConnectionKept)connection).Take(sql);

    internal override ValueTask CloseAsync(DbCommand command)
    {
        ((SqliteConnectionKept)command.Connection!).Keep((SqliteCommand)command);
        return ValueTask.CompletedTask;
    }

    internal override Task<T> UnchangedAsync<T>(DbConnection connection, string key, Func<Task<T>> read) =>
        ((SqliteConnectionKept)connection).UnchangedAsync(key, read);

    internal override Task<DbConnection> OpenWriterAsync(CancellationToken cancel) => OpenAsync(WriterCacheKib, cancel);

    internal override Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancel) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    // Below the ADO.NET layer, which looks each parameter up by its name for each row: a batch binds hundreds of thousands.
    internal override Task<long> ExecuteRowsAsync(
        DbConnection connection, DbTransaction? transaction, string sql, Rows rows, CancellationToken cancel)
    {
        var columns = string.Join(", ", rows.Columns.Select(c => $"? AS {c.Name}"));
        // WHERE true: after a SELECT, the ON of ON CONFLICT would be read as that of a join.
        var text = sql.Replace("{rows}", $"SELECT {columns} WHERE true", StringComparison.Ordinal);
        var kept = (SqliteConnectionKept)connection;
        var handle = kept.Handle!;
        var statement = kept.Statement(text);
        try
        {
            long changed = 0;
            foreach (var row in rows.Values)
            {
                cancel.ThrowIfCancellationRequested();
                for (var i = 0; i < row.Length; i++)
                    SqliteException.ThrowExceptionForRC(Bind(statement, i + 1, row[i]), handle);
                var stepped = raw.sqlite3_step(statement);
                if (stepped is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
                    SqliteException.ThrowExceptionForRC(stepped, handle);
                changed += raw.sqlite3_changes(handle);
                raw.sqlite3_reset(statement);
            }

            return Task.FromResult(changed);
        }
        finally
        {
            // A statement that has not ended would keep the transaction open, and its values in memory.
            raw.sqlite3_reset(statement);
            raw.sqlite3_clear_bindings(statement);
        }
    }

    /// <inheritdoc/>
    public override string In(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    /// <inheritdoc/>
    public override string Listed(string parameter) => $"(SELECT value AS id FROM json_each({parameter}))";

    /// <inheritdoc/>
    public override string ForEach(string parameter, string table, string condition) =>
        $"{Listed(parameter)} AS i CROSS JOIN {table} AS t ON {condition}";

    /// <inheritdoc/>
    public override string LookedUp(string column, string text) => $"{column} = {text}";

    /// <inheritdoc/>
    public override string Among(string column, string query) => $"{column} IN ({query})";

    /// <inheritdoc/>
    public override string? WritersOf(string table) => null;

    /// <inheritdoc/>
    public override string ForWriting => "";

    /// <inheritdoc/>
    public override string ForReferring => "";

    /// <inheritdoc/>
    public override string UsingIndex(string index) => " INDEXED BY " + index;

    internal override object ListParameter(IReadOnlyCollection<string> values) => JsonSerializer.Serialize(values);

    /// <inheritdoc/>
    public override string Position => "instr";

    /// <inheritdoc/>
    public override string Binary(string text) => text;

    /// <inheritdoc/>
    public override string JsonOf(string column) => column;

    /// <inheritdoc/>
    public override string JsonNode(string json, params ReadOnlySpan<string> path) =>
        path.IsEmpty ? json : $"json_extract({json}, {Steps(path)})";

    /// <inheritdoc/>
    public override string JsonText(string json, params ReadOnlySpan<string> path) => JsonNode(json, path);

    /// <inheritdoc/>
    public override string JsonNumber(string json, params ReadOnlySpan<string> path) => JsonNode(json, path);

    /// <inheritdoc/>
    public override string JsonBoolean(string json, params ReadOnlySpan<string> path) => JsonNode(json, path);

    /// <inheritdoc/>
    public override string JsonElements(string json, string alias, params ReadOnlySpan<string> path) =>
        $"json_each({json}, {Steps(path)}) AS {alias}";

    // Integers keep all 64 bits; a decimal is turned into the binary64 that the JSON text of the same number is read as.
    internal override object NumberParameter(decimal value) =>
        decimal.IsInteger(value) && value is >= long.MinValue and <= long.MaxValue
            ? (object)(long)value
            : double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    internal override string? ViolatedUniqueness(DbException exception) =>
        // "UNIQUE constraint failed: resource_key.type, resource_key.path, ..." or "...: index 'name'"
        exception is SqliteException { SqliteErrorCode: Constraint } e && e.Message.Contains("UNIQUE", StringComparison.Ordinal)
            ? e.Message
            : null;

    internal override bool IsTransient(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: Busy or Locked };

    internal override async Task UnderMigrationLockAsync(Func<Task> work, CancellationToken cancel)
    {
        if (Path.GetDirectoryName(_path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        await using var held = await LockFileAsync(_path + ".migrating", cancel);
        await using (var connection = (SqliteConnection)await OpenAsync(cancel))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL";
            await command.ExecuteNonQueryAsync(cancel);
        }

        await work();
    }

    internal override UpgradeEngineBuilder Migrator() => DeployChanges.To.SqliteDatabase(_connectionString);

    private async Task<DbConnection> OpenAsync(int cacheKib, CancellationToken cancel)
    {
        var connection = new SqliteConnectionKept(_connectionString);
        await connection.OpenAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"PRAGMA cache_size = -{cacheKib}; PRAGMA wal_autocheckpoint = {CheckpointPages};");
        await command.ExecuteNonQueryAsync(cancel);
        return connection;
    }

    private static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        string text => raw.sqlite3_bind_text(statement, index, text),
        bool truth => raw.sqlite3_bind_int64(statement, index, truth ? 1 : 0),
        _ => raw.sqlite3_bind_int64(statement, index, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };

    private static string Steps(ReadOnlySpan<string> path)
    {
        var steps = "$";
        foreach (var name in path)
            steps += $".\"{name}\"";
        return "'" + steps.Replace("'", "''", StringComparison.Ordinal) + "'";
    }

    private static async Task<FileStream> LockFileAsync(string path, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (!cancel.IsCancellationRequested)
            {
                await Task.Delay(20, cancel);
            }
        }
    }
}
