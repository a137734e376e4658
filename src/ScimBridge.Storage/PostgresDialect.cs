using System.Data.Common;
using System.Globalization;
using DbUp;
using DbUp.Builder;
using Npgsql;
using NpgsqlTypes;

namespace ScimBridge.Storage;

/// <summary>PostgreSQL 15 or later: for several nodes on one database.</summary>
public sealed class PostgresDialect : Dialect, IAsyncDisposable
{
    // Any number that no other program on the database uses for its advisory lock.
    private const long MigrationLock = 0x5343494D42524447;

    // Every look-up has its index. What is prepared while a table is empty would read it row by row, and go on doing so, however much
    // is in it, until PostgreSQL gathers statistics. And where no index helps, compiling the statement does not either.
    private const string Settings = "-c enable_seqscan=off -c jit=off";
    private readonly string _connectionString;
    private readonly NpgsqlDataSource _source;

    /// <summary>Uses the database that the Npgsql connection string names; it must exist.</summary>
    public PostgresDialect(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 200, AutoPrepareMinUsages = 2 };
        builder.Options = $"{builder.Options} {Settings}".Trim();
        _connectionString = builder.ToString();
        _source = NpgsqlDataSource.Create(builder);
    }

    /// <inheritdoc/>
    public override string Name => "postgres";

    /// <summary>The connection string as it is used.</summary>
    public string ConnectionString => _connectionString;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <inheritdoc/>
    public override bool IsRemote => true;

    internal override bool HasOneWriter => false;

    internal override Task<DbConnection> OpenWriterAsync(CancellationToken cancel) => OpenAsync(cancel);

    internal override async Task<DbConnection> OpenAsync(CancellationToken cancel) => await _source.OpenConnectionAsync(cancel);

    // Npgsql keeps what is prepared, connection by connection.
    internal override DbCommand Command(DbConnection connection, string sql) => new NpgsqlCommand(sql, (NpgsqlConnection)connection);

    internal override void Set(DbParameter parameter, object? value)
    {
        base.Set(parameter, value);
        if (value is null)
            parameter.DbType = System.Data.DbType.String;
    }

    internal override async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancel) =>
        await connection.BeginTransactionAsync(cancel);

    internal override async Task<long> ExecuteRowsAsync(
        DbConnection connection, DbTransaction? transaction, string sql, Rows rows, CancellationToken cancel)
    {
        var names = string.Join(", ", rows.Columns.Select(c => c.Type == ColumnType.Json ? $"u.{c.Name}::jsonb AS {c.Name}" : "u." + c.Name));
        var arrays = string.Join(", ", rows.Columns.Select((c, i) => $"@r{i}::{ArrayType(c.Type)}"));
        var aliases = string.Join(", ", rows.Columns.Select(c => c.Name));
        await using var command = ((NpgsqlConnection)connection).CreateCommand();
        command.Transaction = (NpgsqlTransaction?)transaction;
        command.CommandText = sql.Replace(
            "{rows}", $"SELECT {names} FROM unnest({arrays}) AS u({aliases})", StringComparison.Ordinal);
        for (var i = 0; i < rows.Columns.Count; i++)
            command.Parameters.Add(Column(rows, i));
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <inheritdoc/>
    public override string In(string column, string parameter) => $"{column} IN (SELECT unnest({parameter}))";

    /// <inheritdoc/>
    public override string Listed(string parameter) => $"(SELECT unnest({parameter}) AS id)";

    // What has an OFFSET is not pulled up into the join, whose order would then be a guess.
    /// <inheritdoc/>
    public override string ForEach(string parameter, string table, string condition) =>
        $"{Listed(parameter)} AS i CROSS JOIN LATERAL (SELECT * FROM {table} AS t WHERE {condition} OFFSET 0) AS t";

    /// <inheritdoc/>
    public override string LookedUp(string column, string text) => $"{column} = ANY(ARRAY[{text}])";

    /// <inheritdoc/>
    public override string Among(string column, string query) => $"{column} = ANY(ARRAY({query}))";

    // A number of an identity column is taken under the lock that an INSERT has of its table until its transaction ends.
    /// <inheritdoc/>
    public override string? WritersOf(string table) =>
        "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND " +
        $"database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = {Quote(table)}::regclass";

    /// <inheritdoc/>
    public override string ForWriting => " FOR NO KEY UPDATE";

    /// <inheritdoc/>
    public override string ForReferring => " FOR KEY SHARE";

    /// <inheritdoc/>
    public override string UsingIndex(string index) => "";

    internal override object ListParameter(IReadOnlyCollection<string> values) => values as string[] ?? [.. values];

    /// <inheritdoc/>
    public override string Position => "strpos";

    /// <inheritdoc/>
    public override string Binary(string text) => $"({text} COLLATE \"C\")";

    /// <inheritdoc/>
    public override string JsonOf(string column) => column + "::jsonb";

    /// <inheritdoc/>
    public override string JsonNode(string json, params ReadOnlySpan<string> path)
    {
        var text = json;
        foreach (var name in path)
            text += "->" + Quote(name);
        return $"({text})";
    }

    /// <inheritdoc/>
    public override string JsonText(string json, params ReadOnlySpan<string> path) => Binary(Scalar(json, path));

    /// <inheritdoc/>
    public override string JsonNumber(string json, params ReadOnlySpan<string> path) => Scalar(json, path) + "::numeric";

    /// <inheritdoc/>
    public override string JsonBoolean(string json, params ReadOnlySpan<string> path) => Scalar(json, path) + "::boolean";

    /// <inheritdoc/>
    public override string JsonElements(string json, string alias, params ReadOnlySpan<string> path)
    {
        // Unlike jsonb_array_elements, a path raises no error where there is no array.
        var steps = "$";
        foreach (var name in path)
            steps += $".\"{name}\"";
        return $"jsonb_path_query({json}, {Quote(steps + "[*]")}) WITH ORDINALITY AS {alias}(value, key)";
    }

    internal override object NumberParameter(decimal value) => value;

    internal override string? ViolatedUniqueness(DbException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } e ? e.ConstraintName ?? e.MessageText : null;

    internal override bool IsTransient(DbException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    internal override async Task UnderMigrationLockAsync(Func<Task> work, CancellationToken cancel)
    {
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_lock(@key)", connection))
        {
            take.Parameters.AddWithValue("key", MigrationLock);
            await take.ExecuteNonQueryAsync(cancel);
        }

        try
        {
            await work();
        }
        finally
        {
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock(@key)", connection);
            release.Parameters.AddWithValue("key", MigrationLock);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    internal override UpgradeEngineBuilder Migrator() => DeployChanges.To.PostgresqlDatabase(_connectionString);

    private static string Scalar(string json, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
            return $"({json} #>> '{{}}')";
        var text = json;
        for (var i = 0; i < path.Length; i++)
            text += (i == path.Length - 1 ? "->>" : "->") + Quote(path[i]);
        return $"({text})";
    }

    private static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static string ArrayType(ColumnType type) => type switch
    {
        ColumnType.Integer => "bigint[]",
        ColumnType.Boolean => "boolean[]",
        _ => "text[]",
    };

    private static NpgsqlParameter Column(Rows rows, int index)
    {
        var name = "r" + index.ToString(CultureInfo.InvariantCulture);
        return rows.Columns[index].Type switch
        {
            ColumnType.Integer => new NpgsqlParameter<long?[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint)
            {
                TypedValue = [.. rows.Values.Select(r => r[index] is null ? (long?)null : Convert.ToInt64(r[index], CultureInfo.InvariantCulture))],
            },
            ColumnType.Boolean => new NpgsqlParameter<bool?[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Boolean)
            {
                TypedValue = [.. rows.Values.Select(r => (bool?)r[index])],
            },
            _ => new NpgsqlParameter<string?[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Text)
            {
                TypedValue = [.. rows.Values.Select(r => (string?)r[index])],
            },
        };
    }
}
