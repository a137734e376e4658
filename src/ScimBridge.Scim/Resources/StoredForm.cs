using System.Collections.Frozen;
using System.Text.Json;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>A complex value of a stored body that refers to another resource and is shown with more than its id.</summary>
/// <param name="End">Where its closing brace is.</param>
/// <param name="Id">The id that it names.</param>
/// <param name="Attribute">The attribute.</param>
public readonly record struct ReferenceSeam(int End, string Id, AttributeDefinition Attribute);

/// <summary>Where a stored body is opened to put in what is not stored in it.</summary>
/// <param name="AfterSchemas">Behind <c>schemas</c>, which every body begins with.</param>
/// <param name="References">At the end of each of these, in their order.</param>
public sealed record Seams(int AfterSchemas, IReadOnlyList<ReferenceSeam> References);

/// <summary>
/// Tells of which bodies <see cref="Projection"/> would show everything just as it is stored, when nothing in particular is asked for:
/// they can be copied instead of being taken apart and put together again. Where there is a doubt, the answer is no.
/// </summary>
public sealed class StoredForm
{
    private const int LongestName = 128;
    private readonly Members _members;

    private StoredForm(ResourceType type)
    {
        var members = type.Schema.Attributes.Where(a => !type.IsOutsideBody(a)).Append(CommonAttributes.ExternalId)
            .Select(a => KeyValuePair.Create(a.Name, Member.Of(a)))
            .Concat(type.Extensions.Select(e => KeyValuePair.Create(e.Schema.Id, new Member(Kind.Complex, Members.Of(e.Schema.Attributes)))));
        _members = new Members(members);
    }

    private enum Kind
    {
        /// <summary>Shown as it is stored, whatever it is.</summary>
        Simple,

        /// <summary>Shown as far as its members are.</summary>
        Complex,

        /// <summary>Shown with more than is stored.</summary>
        Reference,

        /// <summary>Not shown, or not as it is stored.</summary>
        Other,
    }

    /// <summary>The form of a type; null where what is kept outside of the bodies is not shown in full.</summary>
    public static StoredForm? Of(ResourceType type)
    {
        var outside = type.Schema.Attributes.Where(type.IsOutsideBody);
        return outside.All(a => IsShown(a) && new[] { "value", "display", "type", "$ref" }.All(s => a.FindSubAttribute(s) is { } sub && IsShown(sub)))
            ? new StoredForm(type)
            : null;
    }

    /// <summary>Where the body is opened; null where it is not shown as it is stored.</summary>
    public Seams? Of(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject
            || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("schemas"u8)
            || !reader.Read() || !reader.TrySkip())
        {
            return null;
        }

        var afterSchemas = (int)reader.BytesConsumed;
        List<ReferenceSeam>? references = null;
        return Copies(ref reader, _members, ref references) ? new Seams(afterSchemas, references ?? []) : null;
    }

    // From behind the opening brace of an object, or from between two of its members, to its end.
    private static bool Copies(ref Utf8JsonReader reader, Members members, ref List<ReferenceSeam>? references)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            if (members.Find(ref reader) is not { } member || !reader.Read() || !Copies(ref reader, member, ref references))
            {
                return false;
            }
        }

        return false;
    }

    private static bool Copies(ref Utf8JsonReader reader, Member member, ref List<ReferenceSeam>? references)
    {
        switch (member.Kind)
        {
            case Kind.Simple:
                return reader.TokenType != JsonTokenType.Null && reader.TrySkip();
            case Kind.Complex when reader.TokenType == JsonTokenType.StartObject:
                return CopiesFilled(ref reader, member.Members!, ref references);
            case Kind.Complex when reader.TokenType == JsonTokenType.StartArray:
                var elements = 0;
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    if (!CopiesFilled(ref reader, member.Members!, ref references))
                    {
                        return false;
                    }

                    elements++;
                }

                return elements > 0 && reader.TokenType == JsonTokenType.EndArray;
            case Kind.Reference:
                return CopiesId(ref reader, member.Attribute!, ref references);
            default:
                return false;
        }
    }

    // An object without members is not shown at all.
    private static bool CopiesFilled(ref Utf8JsonReader reader, Members members, ref List<ReferenceSeam>? references)
    {
        var start = reader.BytesConsumed;
        return Copies(ref reader, members, ref references) && reader.BytesConsumed > start + 1;
    }

    private static bool CopiesId(ref Utf8JsonReader reader, AttributeDefinition attribute, ref List<ReferenceSeam>? references)
    {
        if (reader.TokenType != JsonTokenType.StartObject
            || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("value"u8)
            || !reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        var id = reader.GetString()!;
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndObject)
        {
            return false;
        }

        (references ??= []).Add(new ReferenceSeam((int)reader.TokenStartIndex, id, attribute));
        return true;
    }

    private static bool IsShown(AttributeDefinition attribute) => attribute.Returned is Returned.Always or Returned.Default;

    private sealed record Member(Kind Kind, Members? Members = null, AttributeDefinition? Attribute = null)
    {
        public static Member Of(AttributeDefinition attribute)
        {
            if (!IsShown(attribute))
            {
                return new Member(Kind.Other);
            }

            if (!ResourceReference.IsIn(attribute))
            {
                return attribute.IsComplex ? new Member(Kind.Complex, Members.Of(attribute.SubAttributes)) : new Member(Kind.Simple);
            }

            return !attribute.MultiValued && attribute.SubAttributes.All(IsShown)
                ? new Member(Kind.Reference, Attribute: attribute)
                : new Member(Kind.Other);
        }
    }

    private sealed class Members(IEnumerable<KeyValuePair<string, Member>> members)
    {
        private readonly FrozenDictionary<string, Member>.AlternateLookup<ReadOnlySpan<char>> _byName =
            members.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

        public static Members Of(IEnumerable<AttributeDefinition> attributes) =>
            new(attributes.Select(a => KeyValuePair.Create(a.Name, Member.Of(a))));

        public Member? Find(ref Utf8JsonReader reader)
        {
            if (reader.ValueSpan.Length > LongestName)
            {
                return null;
            }

            Span<char> name = stackalloc char[LongestName];
            return _byName.TryGetValue(name[..reader.CopyString(name)], out var member) ? member : null;
        }
    }
}
