using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace ScimBridge.Benchmarks;

/// <summary>
/// One keep-alive connection that sends requests as they are given and understands no more of the answers than it has to, so that the
/// client is not what is measured.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private byte[] _buffer = new byte[16_384];
    private int _filled;
    private int _headEnd;
    private int _length;

    public RawConnection(IPEndPoint server)
    {
        Socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(server);
    }

    public Socket Socket { get; }

    /// <summary>The status of the last answer.</summary>
    public int Status { get; private set; }

    /// <summary>The body of the last answer; good until the next request.</summary>
    public ReadOnlyMemory<byte> Body => _buffer.AsMemory(_headEnd, _length);

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="InvalidOperationException">The answer has not the status that was expected.</exception>
    public void Exchange(byte[] request, int expected)
    {
        Send(request);
        while (!Receive())
        {
        }

        if (Status != expected)
            throw new InvalidOperationException($"The answer was {Status}, not {expected}: {System.Text.Encoding.UTF8.GetString(Body.Span)}");
    }

    public void Send(byte[] request)
    {
        _filled = _headEnd = _length = 0;
        for (var sent = 0; sent < request.Length;)
            sent += Socket.Send(request.AsSpan(sent));
    }

    /// <summary>Takes what has come; answers whether the answer is complete.</summary>
    public bool Receive()
    {
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        var received = Socket.Receive(_buffer.AsSpan(_filled));
        if (received == 0)
            throw new InvalidOperationException("The server has closed the connection.");
        _filled += received;
        if (_headEnd == 0)
            ReadHead();
        return _headEnd > 0 && _filled >= _headEnd + _length;
    }

    public void Dispose() => Socket.Dispose();

    private void ReadHead()
    {
        var head = _buffer.AsSpan(0, _filled);
        var end = head.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return;
        head = head[..(end + 2)];
        _headEnd = end + 4;
        Utf8Parser.TryParse(head[9..12], out int status, out _);
        Status = status;
        var at = head.IndexOf("\r\nContent-Length: "u8);
        if (at >= 0)
            Utf8Parser.TryParse(head[(at + 18)..], out _length, out _);
        else if (head.IndexOf("\r\nTransfer-Encoding"u8) >= 0)
            throw new InvalidOperationException("The answer has no length.");
    }
}
