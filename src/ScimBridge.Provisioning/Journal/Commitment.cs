using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Provisioning.Journal;

/// <summary>
/// What the chain says of a part that may hold personal data: a hash over a salt of its own and the part. While both are kept, it proves what the part was;
/// once they are deleted, nobody can find out by trying, and the chain is as sound as before.
/// </summary>
public static class Commitment
{
    /// <summary>The commitment (<see cref="FieldHash"/> over salt and value).</summary>
    /// <param name="salt">At least 128 random bits, as text.</param>
    /// <param name="value">The part, as it is kept.</param>
    public static string Of(string salt, string value) => FieldHash.Of(salt, value);
}
