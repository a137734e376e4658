using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ScimBridge.Benchmarks;

/// <summary>A client of one server that measures how long it waits, and how much it gets done.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly IPEndPoint _server;
    private readonly string _head;
    private readonly RawConnection _connection;

    public RawClient(Uri address, string? token)
    {
        _server = new IPEndPoint(IPAddress.Loopback, address.Port);
        _head = $" HTTP/1.1\r\nHost: 127.0.0.1:{address.Port}\r\n" + (token is null ? "" : $"Authorization: Bearer {token}\r\n");
        _connection = new RawConnection(_server);
    }

    public byte[] Get(string path) => Encoding.ASCII.GetBytes($"GET {path}{_head}\r\n");

    public byte[] Request(string method, string path, string body) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{method} {path}{_head}Content-Type: application/scim+json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>One exchange; the answer as JSON, or null where it has no body.</summary>
    public JsonElement? Exchange(byte[] request, int expected)
    {
        _connection.Exchange(request, expected);
        return _connection.Body.IsEmpty ? null : JsonElement.Parse(_connection.Body.Span);
    }

    /// <summary>The milliseconds that one exchange takes.</summary>
    public double Time(byte[] request, int expected)
    {
        var began = Stopwatch.GetTimestamp();
        _connection.Exchange(request, expected);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>Requests a second over several connections that always have one request each under way. One thread: it is cheaper than many.</summary>
    public double Rate(byte[][] requests, int connections, TimeSpan duration)
    {
        var all = Enumerable.Range(0, connections).Select(_ => new RawConnection(_server)).ToDictionary(c => c.Socket);
        var ready = new List<Socket>(connections);
        var next = 0;
        var done = 0;
        var began = Stopwatch.GetTimestamp();
        foreach (var connection in all.Values)
            connection.Send(requests[next++ % requests.Length]);
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            ready.Clear();
            ready.AddRange(all.Keys);
            Socket.Select(ready, null, null, -1);
            foreach (var socket in ready)
            {
                var connection = all[socket];
                if (!connection.Receive())
                    continue;
                if (connection.Status != 200)
                    throw new InvalidOperationException($"The answer was {connection.Status}.");
                done++;
                connection.Send(requests[next++ % requests.Length]);
            }
        }

        var rate = done / Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var connection in all.Values)
            connection.Dispose();
        return rate;
    }

    public void Dispose() => _connection.Dispose();
}
