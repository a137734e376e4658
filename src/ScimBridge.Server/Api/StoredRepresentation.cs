using System.Buffers;
using System.Text.Json;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// A representation that is the stored body with the rest put in: id, meta, members and groups, and what is shown of whom it refers to.
/// It says what <see cref="Representations"/> would make of it by way of JSON nodes, at a fraction of the cost.
/// </summary>
internal sealed class StoredRepresentation(ResourceRow row, byte[] body, Seams seams)
{
    // For id and meta, and a group or two.
    private const int UsualRest = 1_024;

    // Pieces of an object are no JSON of their own.
    private static readonly JsonWriterOptions Pieces = ScimJson.WriterOptions with { SkipValidation = true };

    /// <summary>The ids of those whose names are shown.</summary>
    public IEnumerable<string> Named => seams.References.Where(r => References.ShowsName(r.Attribute)).Select(r => r.Id);

    /// <summary>The representation as text.</summary>
    /// <param name="type">The type of the resource.</param>
    /// <param name="names">The names of those who are referred to, by id.</param>
    /// <param name="related">What is kept in rows.</param>
    /// <param name="catalog">Where the endpoints of the types are.</param>
    /// <param name="baseUrl">What locations begin with.</param>
    public ReadOnlyMemory<byte> Write(
        ResourceType type, IReadOnlyDictionary<string, string> names, IEnumerable<RelatedElements> related, SchemaCatalog catalog, string baseUrl)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + UsualRest);
        output.Write(body.AsSpan(0, seams.AfterSchemas));
        output.Write(","u8);
        using var writer = new Utf8JsonWriter(output, Pieces);
        writer.WriteString("id", row.Id);
        var at = seams.AfterSchemas;
        foreach (var (end, id, attribute) in seams.References)
        {
            writer.Flush();
            output.Write(body.AsSpan(at..end));
            at = end;
            if (References.ShowsName(attribute) && names.TryGetValue(id, out var name))
                writer.WriteString("displayName", name);
            if (ResourceReference.Uri(attribute, kind: null, id, catalog, baseUrl) is { } uri)
                writer.WriteString("$ref", uri);
        }

        writer.Flush();
        output.Write(body.AsSpan(at..^1));
        WriteMeta(writer, type, baseUrl);
        foreach (var elements in related)
            elements.WriteTo(writer, catalog, baseUrl);
        writer.Flush();
        output.Write("}"u8);
        return output.WrittenMemory;
    }

    private void WriteMeta(Utf8JsonWriter writer, ResourceType type, string baseUrl)
    {
        writer.WriteStartObject("meta");
        foreach (var (name, value) in Representations.Meta(row, type, baseUrl))
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
