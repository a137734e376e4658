using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Serialization.Json;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>What came back of one call, or of one item of a batch.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The answer, where it is of at most 1 MiB.</param>
/// <param name="Error">What Graph says is wrong.</param>
/// <param name="Failure">What a call that did not succeed comes to, unless its verb knows better; null for 2xx.</param>
internal sealed record EntraReply(int Status, ReadOnlyMemory<byte> Body = default, MainError? Error = null, Outcome? Failure = null)
{
    public bool IsGone => Failure is Outcome.Gone;

    /// <summary>What was to be added to a relationship is in it already.</summary>
    public bool IsLinked => Status == 400 && Error?.Message?.Contains("references already exist", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>
    /// The property whose value another object holds; null where that is not what is wrong. Graph says so with 400 and the code of every
    /// bad request: "Another object with the same value for property userPrincipalName already exists."
    /// </summary>
    public string? Conflict
    {
        get
        {
            if (Status is not (400 or 409) || Error is null)
                return null;
            if (Error.Details?.Find(d => d.Code is "ObjectConflict") is { } detail)
                return detail.Target ?? "";
            const string Before = "Another object with the same value for property ";
            return Error.Message is { } message && message.StartsWith(Before, StringComparison.OrdinalIgnoreCase) ? message[Before.Length..].Split(' ')[0] : null;
        }
    }

    /// <summary>The answer in this shape; null where it is none.</summary>
    public T? As<T>(ParsableFactory<T> shape)
        where T : class, IParsable => Read(Body, shape);

    /// <summary>The answer as a user; null where it is none.</summary>
    public User? User() => Parse(Body, root => root.ValueKind == JsonValueKind.Object ? UserOf(root) : null);

    /// <summary>The answer as a page of users, and the link to the next; null where it is none.</summary>
    public (List<User> Users, string? Next)? Users()
    {
        (List<User>, string?)? page = null;
        _ = Parse(Body, root =>
        {
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Array)
                page = (value.EnumerateArray().Select(UserOf).ToList(), root.TryGetProperty("@odata.nextLink", out var next) ? next.GetString() : null);
            return "";
        });
        return page;
    }

    /// <summary>The answer as a page of anything, and the link to the next; null where it is none.</summary>
    public (List<JsonObject> Items, string? Next)? Items()
    {
        try
        {
            return JsonNode.Parse(Body.Span) is JsonObject page && page["value"] is JsonArray value
                ? (value.OfType<JsonObject>().ToList(), page["@odata.nextLink"]?.ToString())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The answer as an object; null where it is none.</summary>
    public JsonObject? Object()
    {
        try
        {
            return JsonNode.Parse(Body.Span) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A text of the answer; null where it has none of this name.</summary>
    public string? Text(string name) => Parse(Body, root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null);

    public static T? Read<T>(ReadOnlyMemory<byte> text, ParsableFactory<T> shape)
        where T : class, IParsable =>
        Parse(text, root => root.ValueKind == JsonValueKind.Object ? new JsonParseNode(root).GetObjectValue(shape) : null);

    private static T? Parse<T>(ReadOnlyMemory<byte> text, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Of what it has no property for, the package makes a GUID or a date where the text looks like one: extensions stay as they are.</summary>
    private static User UserOf(JsonElement item)
    {
        var user = new JsonParseNode(item).GetObjectValue(Microsoft.Graph.Models.User.CreateFromDiscriminatorValue)!;
        foreach (var property in item.EnumerateObject())
        {
            if (property.Name.StartsWith("extension_", StringComparison.Ordinal) && property.Value.ValueKind == JsonValueKind.String)
                user.AdditionalData[property.Name] = property.Value.GetString()!;
        }

        return user;
    }
}
