using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Tests;

/// <summary>An extension of users that only a configuration knows: a <c>number</c>, which is whole, and a <c>color</c>.</summary>
internal static class BadgeExtension
{
    public const string Urn = "urn:example:params:scim:schemas:extension:badge:2.0:User";

    public static ResourceType User { get; } = SchemaCatalog.Load(
        [
            new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Schema"), ["id"] = Urn, ["name"] = "Badge",
                ["attributes"] = new JsonArray(
                    new JsonObject { ["name"] = "number", ["type"] = "integer", ["multiValued"] = false },
                    new JsonObject { ["name"] = "color", ["type"] = "string", ["multiValued"] = false }),
            }.ToJsonString(),
        ],
        [
            $$"""
            {
              "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "User", "name": "User", "endpoint": "/Users",
              "schema": "{{UserMapping.BaseSchema}}",
              "schemaExtensions": [
                { "schema": "{{UserMapping.EnterpriseSchema}}", "required": false },
                { "schema": "{{HrExtension.Urn}}", "required": false },
                { "schema": "{{Urn}}", "required": false }
              ]
            }
            """,
        ]).User;
}
