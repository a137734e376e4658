using Testcontainers.PostgreSql;

namespace ScimBridge.Fixtures;

/// <summary>PostgreSQL in a container; the engine's reaper removes it when the process has ended.</summary>
internal static class PostgresContainer
{
    /// <summary>Starts one; null where no Docker engine answers.</summary>
    public static async Task<string?> TryStartAsync()
    {
        try
        {
            var container = new PostgreSqlBuilder("postgres:17-alpine")
                .WithDatabase("postgres")
                .WithCommand("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=300")
                .Build();
            await container.StartAsync();
            return container.GetConnectionString();
        }
        catch (Exception e) when (e is DotNet.Testcontainers.Builders.DockerUnavailableException or ArgumentException)
        {
            return null;
        }
    }
}
