using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ScimBridge.Fixtures;

/// <summary>
/// A private cluster in the folder for temporary files. A shell holds it, and waits at the other end of a pipe for this process to
/// end, in whatever way: then it stops the server and deletes the folder. Nothing is reused, so nothing stale can be in the way.
/// </summary>
internal sealed class PostgresCluster
{
    private const string Ended = "The server has ended.";

    // $1: the programs, $2: the folder, which must not exist, $3: the port. The first line of the input is the password.
    // The default collation is a linguistic one where the build has ICU, so that a comparison which relies on it is found out.
    private const string Script = $$"""
        trap '' INT HUP TERM
        umask 077
        read -r password
        mkdir "$2" && cd "$2" || exit 1
        printf '%s' "$password" > password
        options='-D data -U scimbridge -A scram-sha-256 --pwfile=password -E UTF8 --locale=C --no-sync'
        "$1/initdb" $options --locale-provider=icu --icu-locale=en-US > log 2>&1 || "$1/initdb" $options > log 2>&1
        { "$1/postgres" -D data -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
            -c fsync=off -c synchronous_commit=off -c full_page_writes=off >> log 2>&1; cat log >&2; echo '{{Ended}}' >&2; } &
        cat > /dev/null
        kill -INT "$(head -n 1 data/postmaster.pid)"
        wait
        cd / && rm -rf "$2"
        """;

    private const string User = "scimbridge";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly StringBuilder _said = new();
    private readonly Process _shell;
    private readonly string _connectionString;

    private PostgresCluster(string programs)
    {
        var port = FreePort();
        var password = RandomNumberGenerator.GetHexString(32);
        var folder = Path.Combine(Path.GetTempPath(), "scimbridge-postgres-" + RandomNumberGenerator.GetHexString(16, lowercase: true));
        _connectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = User,
            Password = password,
            Database = "postgres",
            Pooling = false,
        }.ToString();
        _shell = Process.Start(Start(programs, folder, port))!;
        _shell.ErrorDataReceived += (_, line) => Hear(line.Data);
        _shell.OutputDataReceived += (_, _) => { };
        _shell.BeginErrorReadLine();
        _shell.BeginOutputReadLine();
        _shell.StandardInput.WriteLine(password);
        _shell.StandardInput.Flush();
    }

    /// <summary>Starts a cluster with the programs in the given folder; answers with the connection string of its superuser.</summary>
    public static async Task<string> StartAsync(string programs)
    {
        // Another process may take the port between its choice and its use.
        for (var attempt = 1; ; attempt++)
        {
            var cluster = new PostgresCluster(programs);
            if (await cluster.IsReadyAsync())
                return cluster._connectionString;
            cluster._shell.StandardInput.Close();
            if (attempt == 3)
                throw new InvalidOperationException($"The PostgreSQL in {programs} did not start. It said: {cluster.Said()}");
        }
    }

    private static ProcessStartInfo Start(string programs, string folder, int port)
    {
        string[] shell = ["/bin/sh", "-c", Script, "sh", programs, folder, port.ToString(CultureInfo.InvariantCulture)];
        // PostgreSQL refuses to run as root; its packages bring a user for it.
        string[] asPostgres = PostgresPrograms.Has("setpriv")
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
            : ["runuser", "-u", "postgres", "--"];
        string[] command = Environment.IsPrivilegedProcess ? [.. asPostgres, .. shell] : shell;
        return new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        var since = Stopwatch.StartNew();
        while (!_shell.HasExited && since.Elapsed < Patience && !Said().Contains(Ended, StringComparison.Ordinal))
        {
            try
            {
                await using var connection = new NpgsqlConnection(_connectionString);
                await connection.OpenAsync();
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }

    private void Hear(string? line)
    {
        lock (_said)
            _said.AppendLine(line);
    }

    private string Said()
    {
        lock (_said)
            return _said.ToString();
    }
}
