using System.Globalization;
using System.Text.Json;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>Writes errors in the shape that a vendor gives them.</summary>
internal static class ScimErrors
{
    public static ScimReply Of(ScimErrorShape shape, int status, string? scimType, string detail) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(Body(shape, status, scimType, detail), ScimJson.Serializer));

    private static Dictionary<string, object> Body(ScimErrorShape shape, int status, string? scimType, string detail)
    {
        if (shape == ScimErrorShape.Errors)
            return new() { ["Errors"] = new { description = detail, code = status } };
        var text = status.ToString(CultureInfo.InvariantCulture);
        var body = new Dictionary<string, object> { ["schemas"] = new[] { ScimSchemas.Error }, ["status"] = shape == ScimErrorShape.Plain ? status : text };
        if (scimType is not null && shape == ScimErrorShape.Rfc)
            body["scimType"] = scimType;
        body["detail"] = detail;
        if (shape == ScimErrorShape.Aws)
        {
            body["schema"] = ScimSchemas.Error;
            body["exceptionRequestId"] = Guid.NewGuid();
        }

        return body;
    }
}
