using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using DbUp;
using DbUp.Builder;
using Microsoft.Data.Sqlite;

namespace ScimBridge.Storage;

/// <summary>SQLite with a write-ahead log: the embedded default. One writer at a time, readers never wait.</summary>
public sealed class SqliteDialect : Dialect
{
    private const int Constraint = 19;
    private const int Busy = 5;
    private const int Locked = 6;
    private readonly string _path;
    private readonly string _connectionString;

    /// <summary>Opens, and creates where it is missing, the database in the given file.</summary>
    public SqliteDialect(string path)
    {
        _path = Path.GetFullPath(path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            ForeignKeys = true,
            DefaultTimeout = 60,
        }.ToString();
    }

    /// <inheritdoc/>
    public override string Name => "sqlite";

    internal override async Task<DbConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    internal override Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancel) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    internal override async Task<long> ExecuteRowsAsync(
        DbConnection connection, DbTransaction? transaction, string sql, Rows rows, CancellationToken cancel)
    {
        var columns = string.Join(", ", rows.Columns.Select((c, i) => $"$r{i} AS {c.Name}"));
        await using var command = ((SqliteConnection)connection).CreateCommand();
        command.Transaction = (SqliteTransaction?)transaction;
        // WHERE true: after a SELECT, the ON of ON CONFLICT would be read as that of a join.
        command.CommandText = sql.Replace("{rows}", $"SELECT {columns} WHERE true", StringComparison.Ordinal);
        var parameters = new SqliteParameter[rows.Columns.Count];
        for (var i = 0; i < parameters.Length; i++)
            parameters[i] = command.Parameters.Add("$r" + i.ToString(CultureInfo.InvariantCulture), TypeOf(rows.Columns[i].Type));
        long changed = 0;
        foreach (var row in rows.Values)
        {
            for (var i = 0; i < parameters.Length; i++)
                parameters[i].Value = row[i] ?? DBNull.Value;
            changed += command.ExecuteNonQuery();
        }

        return changed;
    }

    /// <inheritdoc/>
    public override string In(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    internal override object ListParameter(IReadOnlyCollection<string> values) => JsonSerializer.Serialize(values);

    /// <inheritdoc/>
    public override string JsonText(string json, params ReadOnlySpan<string> path)
    {
        var text = "$";
        foreach (var name in path)
            text += $".\"{name}\"";
        return $"json_extract({json}, '{text.Replace("'", "''", StringComparison.Ordinal)}')";
    }

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

    private static SqliteType TypeOf(ColumnType type) =>
        type is ColumnType.Integer or ColumnType.Boolean ? SqliteType.Integer : SqliteType.Text;

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
