namespace ScimBridge.Server.Jobs;

/// <summary>Which of many numbers have been seen; one bit each.</summary>
internal sealed class Ticks
{
    private ulong[] _words = new ulong[64];

    /// <summary>Ticks the number off; false where it was ticked off before.</summary>
    public bool Tick(long number)
    {
        var word = checked((int)(number >> 6));
        if (word >= _words.Length)
            Array.Resize(ref _words, Math.Max(word + 1, _words.Length * 2));
        var bit = 1UL << (int)(number & 63);
        if ((_words[word] & bit) != 0)
            return false;
        _words[word] |= bit;
        return true;
    }

    /// <summary>Whether the number was ticked off.</summary>
    public bool Has(long number) =>
        number >> 6 < _words.Length && (_words[number >> 6] & (1UL << (int)(number & 63))) != 0;
}
