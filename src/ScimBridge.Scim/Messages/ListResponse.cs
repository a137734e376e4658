using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Messages;

/// <summary>A page of resources (RFC 7644 3.4.2, RFC 9865 2).</summary>
public sealed record ListResponse
{
    public required IReadOnlyList<JsonNode> Resources { get; init; }

    /// <summary>All matches; may be left out when paging by cursor (RFC 9865 2).</summary>
    public long? TotalResults { get; init; }

    /// <summary>The effective index of the first resource; null when paging by cursor.</summary>
    public long? StartIndex { get; init; }

    public string? NextCursor { get; init; }

    public string? PreviousCursor { get; init; }

    /// <summary>The whole of a collection on one page, as the discovery endpoints answer (RFC 7644 4).</summary>
    public static ListResponse OfAll(IReadOnlyList<JsonNode> resources) =>
        new() { Resources = resources, TotalResults = resources.Count, StartIndex = 1 };

    /// <summary>Writes the message. <c>Resources</c> is there even when empty: Entra's connection test asks for it.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        WriteStart(writer, TotalResults, StartIndex, Resources.Count, NextCursor, PreviousCursor);
        foreach (var resource in Resources)
        {
            resource.WriteTo(writer);
        }

        WriteEnd(writer);
    }

    /// <summary>Writes everything up to the resources, for a caller that has them as text already.</summary>
    public static void WriteStart(
        Utf8JsonWriter writer, long? totalResults, long? startIndex, int itemsPerPage, string? nextCursor = null, string? previousCursor = null)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("schemas");
        writer.WriteStringValue(MessageUris.ListResponse);
        writer.WriteEndArray();
        if (totalResults is { } total)
        {
            writer.WriteNumber("totalResults", total);
        }

        if (startIndex is { } start)
        {
            writer.WriteNumber("startIndex", start);
        }

        writer.WriteNumber("itemsPerPage", itemsPerPage);
        if (nextCursor is not null)
        {
            writer.WriteString("nextCursor", nextCursor);
        }

        if (previousCursor is not null)
        {
            writer.WriteString("previousCursor", previousCursor);
        }

        writer.WriteStartArray("Resources");
    }

    /// <summary>Closes what <see cref="WriteStart"/> opened.</summary>
    public static void WriteEnd(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
