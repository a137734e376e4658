using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using ScimBridge.Fixtures;

namespace ScimBridge.Benchmarks;

/// <summary>
/// The least that can answer a request out of the database: Kestrel without routes, and one prepared statement that reads the body of a
/// resource by its primary key. <c>GET /ID</c>
/// </summary>
internal static class FloorServer
{
    private const string Sql = "SELECT body FROM resource WHERE id = @id";

    public static async Task RunAsync(DatabaseKind kind, string location)
    {
        var find = kind == DatabaseKind.Sqlite ? InSqlite(location) : InPostgres(location);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        await using var app = builder.Build();
        app.Run(async http =>
        {
            var body = Encoding.UTF8.GetBytes(await find(http.Request.Path.Value![1..]));
            http.Response.ContentType = "application/scim+json";
            http.Response.ContentLength = body.Length;
            await http.Response.Body.WriteAsync(body);
        });
        await app.StartAsync();
        Console.WriteLine("The floor serves at " + app.Urls.First());
        await app.WaitForShutdownAsync();
    }

    private static Func<string, ValueTask<string>> InSqlite(string path)
    {
        var idle = new ConcurrentBag<SqliteCommand>();
        return id =>
        {
            if (!idle.TryTake(out var command))
            {
                var connection = new SqliteConnection("Data Source=" + path);
                connection.Open();
                command = connection.CreateCommand();
                command.CommandText = Sql;
                command.Parameters.Add("@id", SqliteType.Text);
            }

            command.Parameters[0].Value = id;
            var body = Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
            idle.Add(command);
            return ValueTask.FromResult(body);
        };
    }

    private static Func<string, ValueTask<string>> InPostgres(string connection)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 2 });
        return async id =>
        {
            await using var command = source.CreateCommand(Sql);
            command.Parameters.AddWithValue("id", id);
            return (string)(await command.ExecuteScalarAsync())!;
        };
    }
}
