namespace ScimBridge.Connectors.Tests.Sources.Csv;

/// <summary>A beginning, and then the same byte for as many bytes as it is asked for.</summary>
internal sealed class EndlessStream(byte[] beginning, byte filler, long length) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var take = (int)Math.Min(count, length - position);
        for (var i = 0; i < take; i++, position++)
            buffer[offset + i] = position < beginning.Length ? beginning[position] : filler;
        return take;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
