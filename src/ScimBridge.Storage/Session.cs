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
        var command = Command(sql, parameters);
        try
        {
            return await command.ExecuteNonQueryAsync(cancel);
        }
        finally
        {
            await Dialect.CloseAsync(command);
        }
    }

    /// <summary>Runs a statement that has <c>{rows}</c> in it over many rows; answers with the number of rows changed.</summary>
    public async Task<long> ExecuteAsync(string sql, Rows rows, CancellationToken cancel) =>
        rows.Count == 0 ? 0 : await Dialect.ExecuteRowsAsync(_connection, _transaction, sql, rows, cancel);

    /// <summary>Reads all rows of a query.</summary>
    public Task<List<T>> QueryAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] parameters) => ReadAsync(
        sql,
        parameters,
        async reader =>
        {
            var list = new List<T>();
            while (await reader.ReadAsync(cancel))
                list.Add(read(reader));
            return list;
        },
        cancel);

    /// <summary>Reads the first row of a query, or the default where there is none.</summary>
    public Task<T?> FirstAsync<T>(
        string sql, Func<DbDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] parameters) =>
        ReadAsync(sql, parameters, async reader => await reader.ReadAsync(cancel) ? read(reader) : default, cancel);

    private async Task<T> ReadAsync<T>(
        string sql, (string Name, object? Value)[] parameters, Func<DbDataReader, Task<T>> read, CancellationToken cancel)
    {
        var command = Command(sql, parameters);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            return await read(reader);
        }
        finally
        {
            await Dialect.CloseAsync(command);
        }
    }

    private DbCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = Dialect.Command(_connection, sql);
        command.Transaction = _transaction;
        for (var i = 0; i < parameters.Length; i++)
        {
            if (i == command.Parameters.Count)
            {
                var added = command.CreateParameter();
                added.ParameterName = parameters[i].Name;
                command.Parameters.Add(added);
            }

            Dialect.Set(command.Parameters[i], parameters[i].Value);
        }

        return command;
    }
}
