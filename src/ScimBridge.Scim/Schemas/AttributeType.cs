namespace ScimBridge.Scim.Schemas;

/// <summary>The data type of an attribute (RFC 7643 2.3; binary by errata 5606 and 8435).</summary>
public enum AttributeType
{
    String,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Binary,
    Reference,
    Complex,
}
