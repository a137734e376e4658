namespace ScimBridge.Fixtures;

/// <summary>The databases that everything is tested on.</summary>
public enum DatabaseKind
{
    /// <summary>SQLite, in a file.</summary>
    Sqlite,

    /// <summary>A real PostgreSQL server.</summary>
    Postgres,
}
