
namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A request that this target refuses: the status and the error body of RFC 7644 section 3.12.</summary>
internal sealed class ScimException(int status, string? scimType, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string? ScimType { get; } = scimType;

    public static ScimException InvalidSyntax(string detail) => new(400, "invalidSyntax", detail);

    public static ScimException InvalidValue(string detail) => new(400, "invalidValue", detail);

    public static ScimException InvalidFilter(string detail) => new(400, "invalidFilter", detail);

    public static ScimException InvalidPath(string detail) => new(400, "invalidPath", detail);

    public static ScimException Mutability(string detail) => new(400, "mutability", detail);

    public static ScimException NoTarget(string detail) => new(400, "noTarget", detail);

    public static ScimException TooMany(string detail) => new(400, "tooMany", detail);

    public static ScimException Uniqueness(string attribute) => new(409, "uniqueness", $"Another resource has this {attribute}.");

    public static ScimException NotFound(string what) => new(404, null, $"{what} not found.");

    public static ScimException VersionMismatch() => new(412, null, "The resource has another version than If-Match names.");

    public static ScimException MethodNotAllowed() => new(405, null, "Method not allowed here.");
}
