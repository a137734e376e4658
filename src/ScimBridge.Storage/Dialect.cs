using System.Data.Common;

namespace ScimBridge.Storage;

/// <summary>
/// What differs between the two databases, and nothing else: statements are written once and ask the dialect for the few words
/// that are spelt differently.
/// </summary>
public abstract class Dialect
{
    /// <summary><c>sqlite</c> or <c>postgres</c>; also the middle of the name of a migration's file.</summary>
    public abstract string Name { get; }

    /// <summary>Whether every statement is a round trip to another process.</summary>
    public abstract bool IsRemote { get; }

    /// <summary>Opens a connection from the pool.</summary>
    internal abstract Task<DbConnection> OpenAsync(CancellationToken cancel);

    /// <summary>Gives a connection back that is not needed any more.</summary>
    internal virtual ValueTask CloseAsync(DbConnection connection) => connection.DisposeAsync();

    /// <summary>A command with that statement, and perhaps with the parameters of an earlier use, to set anew.</summary>
    internal abstract DbCommand Command(DbConnection connection, string sql);

    /// <summary>Sets a parameter.</summary>
    internal virtual void Set(DbParameter parameter, object? value) =>
        parameter.Value = value is IReadOnlyCollection<string> list ? ListParameter(list) : value ?? DBNull.Value;

    /// <summary>Gives a command back that is not needed any more.</summary>
    internal virtual ValueTask CloseAsync(DbCommand command) => command.DisposeAsync();

    /// <summary>What <paramref name="read"/> answers, or answered before, where it costs less to see that nothing was written since.</summary>
    internal virtual Task<T> UnchangedAsync<T>(DbConnection connection, string key, Func<Task<T>> read) => read();

    /// <summary>Opens the connection of the one writer; asked for where <see cref="HasOneWriter"/>.</summary>
    internal abstract Task<DbConnection> OpenWriterAsync(CancellationToken cancel);

    /// <summary>Whether the database takes one writer at a time, who then keeps a connection.</summary>
    internal abstract bool HasOneWriter { get; }

    /// <summary>Begins a transaction that may write. SQLite takes its one write lock here, so that a later statement cannot deadlock.</summary>
    internal abstract Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancel);

    /// <summary>Runs a statement with <c>{rows}</c> in it over many rows; answers with the number of rows changed.</summary>
    internal abstract Task<long> ExecuteRowsAsync(
        DbConnection connection, DbTransaction? transaction, string sql, Rows rows, CancellationToken cancel);

    /// <summary>A condition that <paramref name="column"/> is one of the texts in the parameter (see <see cref="ListParameter"/>).</summary>
    public abstract string In(string column, string parameter);

    /// <summary>The texts in the parameter as a table with the one column <c>id</c>, to begin a look-up at, row by row.</summary>
    public abstract string Listed(string parameter);

    /// <summary>
    /// The rows of <paramref name="table"/> as <c>t</c>, looked up for each of the texts in the parameter, <c>i.id</c>. Where two columns come
    /// before the one that is looked up, PostgreSQL takes what they leave for a row or two, and would compare each of them with each text.
    /// </summary>
    public abstract string ForEach(string parameter, string table, string condition);

    /// <summary>The value of a parameter for <see cref="In"/> and <see cref="Listed"/>.</summary>
    internal abstract object ListParameter(IReadOnlyCollection<string> values);

    /// <summary>
    /// A condition that <paramref name="column"/> equals a text out of another row, looked up in the index row by row. PostgreSQL cannot
    /// guess the length of a walk, and would rather read the whole table.
    /// </summary>
    public abstract string LookedUp(string column, string text);

    /// <summary>A condition that <paramref name="column"/> is one of the texts that a walk finds, looked up one by one likewise.</summary>
    public abstract string Among(string column, string query);

    /// <summary>
    /// A query of the transactions, as text, that may have written to a table what nobody else can see yet; null where what is written is seen in the
    /// order in which it was written.
    /// </summary>
    public abstract string? WritersOf(string table);

    /// <summary>What ends a query of rows that the transaction will write: others who want the same wait.</summary>
    public abstract string ForWriting { get; }

    /// <summary>What ends a query of rows that the transaction will refer to: they cannot be deleted meanwhile.</summary>
    public abstract string ForReferring { get; }

    /// <summary>What follows a table that must be read by this index: SQLite knows nothing of ranges. PostgreSQL decides for itself.</summary>
    public abstract string UsingIndex(string index);

    /// <summary>The function of a text and a part of it that gives the position of the part, or 0.</summary>
    public abstract string Position { get; }

    /// <summary>The text expression, compared byte by byte.</summary>
    public abstract string Binary(string text);

    /// <summary>The JSON expression in a column that holds JSON as text.</summary>
    public abstract string JsonOf(string column);

    /// <summary>The JSON node at a path of names within the JSON expression; null where there is none.</summary>
    public abstract string JsonNode(string json, params ReadOnlySpan<string> path);

    /// <summary>The text at a path of names within the JSON expression, compared byte by byte; null where there is none.</summary>
    public abstract string JsonText(string json, params ReadOnlySpan<string> path);

    /// <summary>The number at a path of names within the JSON expression; null where there is none.</summary>
    public abstract string JsonNumber(string json, params ReadOnlySpan<string> path);

    /// <summary>The truth value at a path of names within the JSON expression; null where there is none.</summary>
    public abstract string JsonBoolean(string json, params ReadOnlySpan<string> path);

    /// <summary>The elements of the JSON array at a path, as rows with <c>value</c> and the ascending <c>key</c>.</summary>
    public abstract string JsonElements(string json, string alias, params ReadOnlySpan<string> path);

    /// <summary>The value of a parameter that is compared with <see cref="JsonNumber"/>.</summary>
    internal abstract object NumberParameter(decimal value);

    /// <summary>The violated unique index or key where the exception is a uniqueness violation; otherwise null.</summary>
    internal abstract string? ViolatedUniqueness(DbException exception);

    /// <summary>Whether the transaction lost against another and may succeed when run again.</summary>
    internal abstract bool IsTransient(DbException exception);

    /// <summary>Runs the work while no other process migrates the same database.</summary>
    internal abstract Task UnderMigrationLockAsync(Func<Task> work, CancellationToken cancel);

    /// <summary>The migrator of this database.</summary>
    internal abstract DbUp.Builder.UpgradeEngineBuilder Migrator();
}
