using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>A user as Okta shows one; what is not named here is of no account to the bridge.</summary>
internal sealed record OktaUser(string Id, string? Status, string? TransitioningToStatus, JsonObject? Profile);

/// <summary>A group; its type is OKTA_GROUP, APP_GROUP or BUILT_IN.</summary>
internal sealed record OktaGroup(string Id, string? Type, JsonObject? Profile);

/// <summary>A rule that puts users into groups.</summary>
internal sealed record OktaRule(string? Name, string? Status, OktaRuleActions? Actions);

/// <summary>What a rule does.</summary>
internal sealed record OktaRuleActions(OktaRuleGroups? AssignUserToGroups);

/// <summary>Which groups a rule fills.</summary>
internal sealed record OktaRuleGroups(List<string>? GroupIds);

/// <summary>A link to a user of a relationship.</summary>
internal sealed record OktaLinked([property: JsonPropertyName("_links")] OktaLinks? Links);

/// <summary>The links of it.</summary>
internal sealed record OktaLinks(OktaHref? Self);

/// <summary>A link.</summary>
internal sealed record OktaHref(string? Href);

/// <summary>
/// Something that a user holds: a grant, a refresh token, a factor. What comes without an id is no answer: it would pass for nothing that is left.
/// </summary>
internal sealed record OktaHeld([property: JsonRequired] string? Id, string? Status)
{
    /// <summary>Grants and tokens that were revoked are shown for a while.</summary>
    [JsonIgnore]
    public bool IsInForce => Status != "REVOKED";
}

/// <summary>A role of a user; the assignment is the user's own, or that of a group.</summary>
internal sealed record OktaRole([property: JsonRequired] string? Id, string? AssignmentType)
{
    [JsonIgnore]
    public bool IsOwn => AssignmentType != "GROUP";
}

/// <summary>An application that has tokens for a user.</summary>
internal sealed record OktaAuthorized([property: JsonRequired, JsonPropertyName("client_id")] string? ClientId);

/// <summary>An API token.</summary>
internal sealed record OktaUserToken(
    [property: JsonRequired] string? Id, string? UserId, string? Name, DateTimeOffset? Created, DateTimeOffset? ExpiresAt, string? TokenWindow);

/// <summary>An application; of interest are those that are no person's: API service apps.</summary>
internal sealed record OktaClientApp(
    [property: JsonRequired] string? Id, string? Label, string? Status, DateTimeOffset? Created, OktaAppCredentials? Credentials, OktaAppSettings? Settings)
{
    [JsonIgnore]
    public bool IsService => Settings?.OauthClient?.ApplicationType == "service";

    [JsonIgnore]
    public bool IsActive => Status == "ACTIVE";

    [JsonIgnore]
    public string? ClientId => Credentials?.OauthClient?.ClientId;
}

/// <summary>How an application proves itself.</summary>
internal sealed record OktaAppCredentials(OktaAppClient? OauthClient);

/// <summary>The settings of an application.</summary>
internal sealed record OktaAppSettings(OktaAppClient? OauthClient);

/// <summary>An application as a client.</summary>
internal sealed record OktaAppClient(
    [property: JsonPropertyName("client_id")] string? ClientId, [property: JsonPropertyName("application_type")] string? ApplicationType);

/// <summary>A secret or a public key of a client.</summary>
internal sealed record OktaClientKey(
    [property: JsonRequired] string? Id, string? Status, DateTimeOffset? Created, [property: JsonPropertyName("client_secret")] string? ClientSecret)
{
    [JsonIgnore]
    public bool IsActive => Status != "INACTIVE";

    /// <summary>Without what it is.</summary>
    public override string ToString() => $"{nameof(OktaClientKey)} {Id}";
}

/// <summary>An entry of the system log.</summary>
internal sealed record OktaLogEntry(string? Uuid, DateTimeOffset? Published, string? EventType, OktaLogOutcome? Outcome, List<OktaLogTarget>? Target);

/// <summary>What came of what is logged.</summary>
internal sealed record OktaLogOutcome(string? Result);

/// <summary>What was acted on, or through.</summary>
internal sealed record OktaLogTarget(string? Id, string? Type, string? DisplayName);

/// <summary>What is wrong, in Okta's words.</summary>
internal sealed record OktaError(string? ErrorCode, string? ErrorSummary, string? ErrorId, List<OktaCause>? ErrorCauses);

/// <summary>One cause of it.</summary>
internal sealed record OktaCause(string? ErrorSummary);

/// <summary>What the token endpoint answers.</summary>
internal sealed record OktaToken(
    [property: JsonPropertyName("access_token")] string? AccessToken,
    [property: JsonPropertyName("token_type")] string? TokenType,
    [property: JsonPropertyName("expires_in")] double? ExpiresIn,
    [property: JsonPropertyName("error")] string? Error);

/// <summary>The shapes of Okta's messages.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OktaUser))]
[JsonSerializable(typeof(List<OktaUser>))]
[JsonSerializable(typeof(OktaGroup))]
[JsonSerializable(typeof(List<OktaGroup>))]
[JsonSerializable(typeof(List<OktaRule>))]
[JsonSerializable(typeof(List<OktaLinked>))]
[JsonSerializable(typeof(List<OktaHeld>))]
[JsonSerializable(typeof(List<OktaRole>))]
[JsonSerializable(typeof(List<OktaAuthorized>))]
[JsonSerializable(typeof(List<OktaUserToken>))]
[JsonSerializable(typeof(OktaUserToken))]
[JsonSerializable(typeof(OktaClientApp))]
[JsonSerializable(typeof(List<OktaClientApp>))]
[JsonSerializable(typeof(OktaClientKey))]
[JsonSerializable(typeof(List<OktaClientKey>))]
[JsonSerializable(typeof(List<OktaLogEntry>))]
[JsonSerializable(typeof(OktaError))]
[JsonSerializable(typeof(OktaToken))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class OktaJson : JsonSerializerContext
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A body; names stay readable in a trace.</summary>
    public static ReadOnlyMemory<byte> Bytes(JsonObject body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
            body.WriteTo(writer);
        return buffer.ToArray();
    }

    /// <summary>The message, or null where the text is none: a page of a proxy, something of another shape.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> text, JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text.Span, shape);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
