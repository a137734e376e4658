using Npgsql;
using ScimBridge.Storage;

namespace ScimBridge.Fixtures;

/// <summary>A database of a test's own: a file of SQLite, or a database on the PostgreSQL server of the tests. It goes with the test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly List<Database> _nodes = [];
    private readonly Func<Task> _remove;

    private TestDatabase(DatabaseKind kind, string location, Func<Task> remove)
    {
        Kind = kind;
        Location = location;
        _remove = remove;
        Database = OpenNode();
    }

    /// <summary>Which database it is.</summary>
    public DatabaseKind Kind { get; }

    /// <summary>The path of the file (SQLite) or the connection string (PostgreSQL): what another process needs to use the same database.</summary>
    public string Location { get; }

    /// <summary>The database, as the first node sees it.</summary>
    public Database Database { get; }

    /// <summary>Creates a database with all migrations applied.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind)
    {
        var created = await CreateEmptyAsync(kind);
        try
        {
            await created.Database.MigrateAsync(CancellationToken.None);
            return created;
        }
        catch
        {
            await created.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates a database without any tables.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync(DatabaseKind kind)
    {
        var name = "scimbridge_test_" + Guid.NewGuid().ToString("n");
        return kind == DatabaseKind.Sqlite ? InFolder(Path.Combine(Path.GetTempPath(), name)) : await OnServerAsync(name);
    }

    /// <summary>Opens the same database once more, as another node does. Closed with this.</summary>
    public Database OpenNode()
    {
        var node = new Database(Kind == DatabaseKind.Sqlite ? new SqliteDialect(Location) : new PostgresDialect(Location));
        _nodes.Add(node);
        return node;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await _remove();
    }

    private static TestDatabase InFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        return new TestDatabase(DatabaseKind.Sqlite, Path.Combine(folder, "scimbridge.db"), () =>
        {
            Directory.Delete(folder, recursive: true);
            return Task.CompletedTask;
        });
    }

    private static async Task<TestDatabase> OnServerAsync(string name)
    {
        var admin = await PostgresServer.AdminConnectionStringAsync();
        await ExecuteAsync(admin, $"CREATE DATABASE {name}");
        var own = new NpgsqlConnectionStringBuilder(admin) { Database = name, Pooling = true }.ToString();
        return new TestDatabase(DatabaseKind.Postgres, own, () => ExecuteAsync(admin, $"DROP DATABASE {name} WITH (FORCE)"));
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
