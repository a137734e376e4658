using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScimBridge.Connectors;

/// <summary>
/// A secret on its way from where it is made to where it is kept. It shows itself to nobody: not in a log, not in a debugger, not as JSON.
/// </summary>
[DebuggerDisplay("***")]
[JsonConverter(typeof(Unwritable))]
public sealed class Secret : IEquatable<Secret>
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _text;

    /// <summary>Keeps a secret.</summary>
    public Secret(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        _text = text;
    }

    /// <summary>A new one that nobody guesses: 43 letters, digits, <c>-</c> and <c>_</c>, with all sorts that a password rule asks for.</summary>
    public static Secret New()
    {
        while (true)
        {
            var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            // A command line would take one that begins with a hyphen for an option.
            if (text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiDigit) && text.IndexOfAny(['-', '_']) > 0)
                return new Secret(text);
        }
    }

    /// <summary>The secret itself, for the one call that needs it.</summary>
    public string Reveal() => _text;

    /// <inheritdoc/>
    public override string ToString() => "***";

    /// <summary>Whether they are the same, in a time that says nothing of where they differ.</summary>
    public bool Equals(Secret? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(_text), Encoding.UTF8.GetBytes(other._text));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    private sealed class Unwritable : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A secret is never read from JSON.");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A secret is never written as JSON.");
    }
}
