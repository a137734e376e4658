using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Errors;

/// <summary>
/// An error as the client sees it (RFC 7644 3.12): HTTP status, <c>scimType</c> where the RFC has one, and a sentence.
/// One factory per kind, so that status and scimType always fit together.
/// </summary>
public sealed record ScimError(int Status, string? ScimType, string Detail)
{
    public static ScimError InvalidFilter(string detail) => new(400, "invalidFilter", detail);

    public static ScimError TooMany(string detail) => new(400, "tooMany", detail);

    public static ScimError Uniqueness(string detail) => new(409, "uniqueness", detail);

    public static ScimError Mutability(string detail) => new(400, "mutability", detail);

    public static ScimError InvalidSyntax(string detail) => new(400, "invalidSyntax", detail);

    public static ScimError InvalidPath(string detail) => new(400, "invalidPath", detail);

    public static ScimError NoTarget(string detail) => new(400, "noTarget", detail);

    public static ScimError InvalidValue(string detail) => new(400, "invalidValue", detail);

    public static ScimError InvalidVers(string detail) => new(400, "invalidVers", detail);

    public static ScimError Sensitive(string detail) => new(403, "sensitive", detail);

    /// <summary>RFC 9865 2.1.</summary>
    public static ScimError InvalidCursor(string detail) => new(400, "invalidCursor", detail);

    /// <summary>RFC 9865 2.1.</summary>
    public static ScimError ExpiredCursor(string detail) => new(400, "expiredCursor", detail);

    /// <summary>RFC 9865 2.1.</summary>
    public static ScimError InvalidCount(string detail) => new(400, "invalidCount", detail);

    public static ScimError Unauthorized(string detail) => new(401, null, detail);

    public static ScimError Forbidden(string detail) => new(403, null, detail);

    public static ScimError NotFound(string detail) => new(404, null, detail);

    public static ScimError MethodNotAllowed(string detail) => new(405, null, detail);

    public static ScimError Conflict(string detail) => new(409, null, detail);

    public static ScimError PreconditionFailed(string detail) => new(412, null, detail);

    public static ScimError PayloadTooLarge(string detail) => new(413, null, detail);

    public static ScimError UnsupportedMediaType(string detail) => new(415, null, detail);

    public static ScimError TooManyRequests(string detail) => new(429, null, detail);

    public static ScimError InternalError(string detail) => new(500, null, detail);

    public static ScimError NotImplemented(string detail) => new(501, null, detail);

    public static ScimError Unavailable(string detail) => new(503, null, detail);

    /// <summary>The Error message; <c>status</c> is a string and there are no further members, since strict clients refuse them.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["schemas"] = new JsonArray(MessageUris.Error) };
        if (ScimType is not null)
        {
            json["scimType"] = ScimType;
        }

        json["detail"] = Detail;
        json["status"] = Status.ToString(CultureInfo.InvariantCulture);
        return json;
    }

    public ScimException AsException() => new(this);
}
