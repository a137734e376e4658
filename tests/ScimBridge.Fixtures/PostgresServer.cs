namespace ScimBridge.Fixtures;

/// <summary>
/// The PostgreSQL server of the tests, started once a process when the first test needs it: the one that the environment names, else
/// an installed one with a cluster of its own, else one in a container.
/// </summary>
public static class PostgresServer
{
    /// <summary>The environment variable with the connection string of a superuser; where it is set, that server is used.</summary>
    public const string Variable = "SCIMBRIDGE_TEST_POSTGRES";

    private static readonly Lazy<Task<string>> Server = new(StartAsync);

    /// <summary>The connection string of a superuser, for the database <c>postgres</c>.</summary>
    /// <exception cref="InvalidOperationException">There is no server and none can be started; the message says what to install.</exception>
    public static Task<string> AdminConnectionStringAsync() => Server.Value;

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return given;
        if (PostgresPrograms.Find() is { } programs)
            return await PostgresCluster.StartAsync(programs);
        return await PostgresContainer.TryStartAsync()
            ?? throw new InvalidOperationException(
                "PostgreSQL is needed for these tests: install it (Debian and Ubuntu: apt-get install postgresql), start a Docker engine, " +
                $"or set {Variable} to the connection string of a superuser.");
    }
}
