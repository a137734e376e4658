using System.Data.Common;

namespace ScimBridge.Storage;

/// <summary>The database: migrations, read sessions, write transactions.</summary>
public sealed class Database : IAsyncDisposable
{
    private const int Tries = 10;
    private readonly SemaphoreSlim? _oneWriter;
    private DbConnection? _writer;

    /// <summary>Uses the database that the dialect speaks to.</summary>
    public Database(Dialect dialect)
    {
        Dialect = dialect;
        // Waiting here is fair and costs no polling, as waiting on the lock of a file would.
        _oneWriter = dialect.HasOneWriter ? new SemaphoreSlim(1, 1) : null;
    }

    /// <summary>The words of this database.</summary>
    public Dialect Dialect { get; }

    /// <summary>Brings the schema up to date. Nodes that start together take turns.</summary>
    /// <exception cref="InvalidOperationException">A migration failed; it was rolled back and the database is as before it.</exception>
    public Task MigrateAsync(CancellationToken cancel) => Dialect.UnderMigrationLockAsync(
        () =>
        {
            var suffix = $".{Dialect.Name}.sql";
            var result = Dialect.Migrator()
                .WithScriptsEmbeddedInAssembly(typeof(Database).Assembly, n => n.EndsWith(suffix, StringComparison.Ordinal))
                .WithTransactionPerScript()
                .WithVariablesDisabled()
                .LogToNowhere()
                .Build()
                .PerformUpgrade();
            return result.Successful
                ? Task.CompletedTask
                : Task.FromException(new InvalidOperationException($"The migration {result.ErrorScript?.Name} failed.", result.Error));
        },
        cancel);

    /// <summary>Runs a read.</summary>
    public Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancel) =>
        OnConnectionAsync(connection => work(new Session(Dialect, connection, transaction: null)), cancel);

    /// <summary>Runs a read that is asked for again and again: the answer is that of now, and where nothing was written since, it costs less.</summary>
    /// <param name="key">What is read: the same key stands for the same question.</param>
    /// <param name="work">Reads it.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<T> ReadAgainAsync<T>(string key, Func<Session, Task<T>> work, CancellationToken cancel) => OnConnectionAsync(
        connection => Dialect.UnchangedAsync(connection, key, () => work(new Session(Dialect, connection, transaction: null))), cancel);

    /// <summary>
    /// Runs a write transaction. Where the database had to refuse it because of another one, it is run again from its beginning, so the
    /// work must not change anything outside the session.
    /// </summary>
    /// <exception cref="UniquenessException">A value that may exist once exists already; nothing was written.</exception>
    public async Task<T> WriteAsync<T>(Func<Session, Task<T>> work, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(work, cancel);
            }
            catch (DbException e) when (Dialect.ViolatedUniqueness(e) is { } violated)
            {
                throw new UniquenessException(violated, e);
            }
            catch (DbException e) when (attempt < Tries && Dialect.IsTransient(e))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2 << attempt), cancel);
            }
        }
    }

    /// <inheritdoc cref="WriteAsync{T}(Func{Session, Task{T}}, CancellationToken)"/>
    public Task WriteAsync(Func<Session, Task> work, CancellationToken cancel) => WriteAsync<object?>(
        async session =>
        {
            await work(session);
            return null;
        },
        cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
            await _writer.DisposeAsync();
        _oneWriter?.Dispose();
        if (Dialect is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }

    private async Task<T> OnConnectionAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel)
    {
        var connection = await Dialect.OpenAsync(cancel);
        try
        {
            return await work(connection);
        }
        finally
        {
            await Dialect.CloseAsync(connection);
        }
    }

    private async Task<T> WriteOnceAsync<T>(Func<Session, Task<T>> work, CancellationToken cancel)
    {
        if (_oneWriter is null)
        {
            await using var connection = await Dialect.OpenAsync(cancel);
            return await WriteAsync(connection, work, cancel);
        }

        await _oneWriter.WaitAsync(cancel);
        try
        {
            _writer ??= await Dialect.OpenWriterAsync(cancel);
            return await WriteAsync(_writer, work, cancel);
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    private async Task<T> WriteAsync<T>(DbConnection connection, Func<Session, Task<T>> work, CancellationToken cancel)
    {
        await using var transaction = await Dialect.BeginWriteAsync(connection, cancel);
        var result = await work(new Session(Dialect, connection, transaction));
        await transaction.CommitAsync(cancel);
        return result;
    }
}
