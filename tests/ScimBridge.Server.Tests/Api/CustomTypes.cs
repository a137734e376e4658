using System.Text.Json.Nodes;

namespace ScimBridge.Server.Tests.Api;

/// <summary>A configuration with a resource type of its own and an extension of User, made of the files in <c>Types</c>.</summary>
internal static class CustomTypes
{
    public const string Badge = "urn:example:params:scim:schemas:extension:badge:2.0:User";
    public const string Device = "urn:example:params:scim:schemas:core:2.0:Device";
    public const string Warranty = "urn:example:params:scim:schemas:extension:warranty:2.0:Device";

    public static void Configure(JsonObject json) => json["scim"] = new JsonObject
    {
        ["schemas"] = new JsonArray(Path("badge-schema.json"), Path("device-schema.json"), Path("warranty-schema.json")),
        ["resourceTypes"] = new JsonArray(Path("user-type.json"), Path("device-type.json")),
    };

    private static string Path(string file) => System.IO.Path.Combine(AppContext.BaseDirectory, "Api", "Types", file);
}
