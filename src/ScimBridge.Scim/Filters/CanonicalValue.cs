using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Filters;

/// <summary>A scalar in the one form in which values are compared, indexed and sorted: text, number or truth value.</summary>
public abstract record CanonicalValue
{
    private protected CanonicalValue()
    {
    }

    /// <summary>The value as an index entry holds it.</summary>
    public abstract string IndexText { get; }

    /// <summary>The value as a search document holds it.</summary>
    public abstract JsonNode ToJson();
}

/// <summary>Text, already folded where case does not matter; a dateTime in UTC; a reference; binary data.</summary>
public sealed record CanonicalText(string Value) : CanonicalValue
{
    public override string IndexText => Value;

    public override JsonNode ToJson() => JsonValue.Create(Value);

    public override string ToString() => JsonSerializer.Serialize(Value);
}

/// <summary>
/// A number. Fractions have passed through binary64, so that a database that computes in it (SQLite) and one that does not
/// (PostgreSQL) see the same value; integers keep all 64 bits.
/// </summary>
public sealed record CanonicalNumber(decimal Value) : CanonicalValue
{
    public override string IndexText => Value.ToString("0.############################", CultureInfo.InvariantCulture);

    public override JsonNode ToJson() => JsonValue.Create(Value);

    public override string ToString() => IndexText;
}

/// <summary>A truth value.</summary>
public sealed record CanonicalBoolean(bool Value) : CanonicalValue
{
    public override string IndexText => Value ? "true" : "false";

    public override JsonNode ToJson() => JsonValue.Create(Value);

    public override string ToString() => IndexText;
}
