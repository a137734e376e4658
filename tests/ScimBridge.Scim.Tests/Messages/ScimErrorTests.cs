using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Scim.Tests.Messages;

public sealed class ScimErrorTests
{
    public static TheoryData<string, int, string?> Errors { get; } = new()
    {
        { nameof(ScimError.InvalidFilter), 400, "invalidFilter" },
        { nameof(ScimError.TooMany), 400, "tooMany" },
        { nameof(ScimError.Uniqueness), 409, "uniqueness" },
        { nameof(ScimError.Mutability), 400, "mutability" },
        { nameof(ScimError.InvalidSyntax), 400, "invalidSyntax" },
        { nameof(ScimError.InvalidPath), 400, "invalidPath" },
        { nameof(ScimError.NoTarget), 400, "noTarget" },
        { nameof(ScimError.InvalidValue), 400, "invalidValue" },
        { nameof(ScimError.InvalidVers), 400, "invalidVers" },
        { nameof(ScimError.Sensitive), 403, "sensitive" },
        { nameof(ScimError.InvalidCursor), 400, "invalidCursor" },
        { nameof(ScimError.ExpiredCursor), 400, "expiredCursor" },
        { nameof(ScimError.InvalidCount), 400, "invalidCount" },
        { nameof(ScimError.Unauthorized), 401, null },
        { nameof(ScimError.Forbidden), 403, null },
        { nameof(ScimError.NotFound), 404, null },
        { nameof(ScimError.MethodNotAllowed), 405, null },
        { nameof(ScimError.Conflict), 409, null },
        { nameof(ScimError.PreconditionFailed), 412, null },
        { nameof(ScimError.PayloadTooLarge), 413, null },
        { nameof(ScimError.UnsupportedMediaType), 415, null },
        { nameof(ScimError.TooManyRequests), 429, null },
        { nameof(ScimError.InternalError), 500, null },
        { nameof(ScimError.NotImplemented), 501, null },
        { nameof(ScimError.Unavailable), 503, null },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Error_has_its_status_as_a_string_and_its_scim_type(string factory, int status, string? scimType)
    {
        var error = (ScimError)typeof(ScimError).GetMethod(factory)!.Invoke(null, ["Why."])!;
        var expected = new JsonObject { ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:Error") };
        if (scimType is not null)
        {
            expected["scimType"] = scimType;
        }

        expected["detail"] = "Why.";
        expected["status"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected.ToJsonString(), error.ToJson().ToJsonString());
        Assert.Equal(error, error.AsException().Error);
    }
}
