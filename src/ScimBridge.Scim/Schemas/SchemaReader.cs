using System.Text.Json;

namespace ScimBridge.Scim.Schemas;

/// <summary>Reads a schema document (RFC 7643 8.7).</summary>
internal static class SchemaReader
{
    public static SchemaDefinition? Read(string text, List<string> faults)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            faults.Add($"schema: not JSON: {e.Message}");
            return null;
        }

        using (document)
        {
            var json = new DefinitionJson(document.RootElement, "schema", faults);
            if (json.RequiredText("id") is not { } id)
            {
                return null;
            }

            json = json with { Where = id };
            if (!id.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
            {
                json.Fault("the id of a schema must be a URN");
            }

            if (json.Member("attributes") is not { } attributes)
            {
                json.Fault("attributes is missing");
                return null;
            }

            var nesting = string.Equals(id, SchemaUris.Schema, StringComparison.Ordinal) ? 2 : 1;
            return new SchemaDefinition(
                id,
                json.RequiredText("name") ?? id,
                json.Text("description") ?? "",
                AttributeReader.ReadAll(attributes, id, nesting, faults));
        }
    }
}
