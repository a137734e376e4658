using ScimBridge.Storage;

namespace ScimBridge.Server.Api;

/// <summary>Whether the process can do its work: answered without a credential.</summary>
internal static class HealthApi
{
    public static void Map(WebApplication app) => app.MapGet(
        "/health",
        async (Database database, CancellationToken cancel) =>
        {
            await database.ReadAsync(s => s.FirstAsync("SELECT 1", r => r.GetInt32(0), cancel), cancel);
            return Results.Text("ok");
        }).AllowAnonymous();
}
