using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Hris;

/// <summary>Hands out tokens for a form (RFC 6749, 4.4 and 6).</summary>
internal static class HrisTokens
{
    public static HrisReply Answer(HrisState state, HrisRequest request, string grant)
    {
        if (request.Form is not { } form || form["grant_type"] != grant)
            return HrisReply.Json(400, new JsonObject { ["error"] = "unsupported_grant_type" });
        return form["client_secret"] == state.Secret
            ? HrisReply.Json(200, new JsonObject { ["access_token"] = state.NewToken(), ["token_type"] = "Bearer", ["expires_in"] = 3600 })
            : HrisReply.Json(401, new JsonObject { ["error"] = "invalid_client" });
    }
}
