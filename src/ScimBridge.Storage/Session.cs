using System.Data.Common;

namespace ScimBridge.Storage;

/// <summary>One connection, and the transaction on it if it writes. Stores are functions over a session.</summary>
public sealed class Session
{
    private readonly DbConnection _connection;
    private readonly DbTransaction? _transaction;

    internal Session(Dialect dialect, DbConnection connection, DbTransaction? transaction)
    {
        Dialect = dialect;
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>The words of this database.</summary>
    public Dialect Dialect { get; }

    /// <summary>Runs a statement; answers with the number of rows changed.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Runs a statement that has <c>{rows}</c> in it over many rows; answers with the number of rows changed.</summary>
    public async Task<long> ExecuteAsync(string sql, Rows rows, CancellationToken cancel) =>
        rows.Count == 0 ? 0 : await Dialect.ExecuteRowsAsync(_connection, _transaction, sql, rows, cancel);

    /// <summary>Reads all rows of a query.</summary>
    public async Task<List<T>> QueryAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var list = new List<T>();
        while (await reader.ReadAsync(cancel))
            list.Add(read(reader));
        return list;
    }

    /// <summary>Reads the first row of a query, or the default where there is none.</summary>
    public async Task<T?> FirstAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? read(reader) : default;
    }

    private DbCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = _connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value switch
            {
                null => DBNull.Value,
                IReadOnlyCollection<string> list => Dialect.ListParameter(list),
                _ => value,
            };
            if (value is null)
                parameter.DbType = System.Data.DbType.String;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
