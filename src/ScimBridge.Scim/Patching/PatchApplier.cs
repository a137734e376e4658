using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>Applies a PATCH to a body: all operations in order, or none (RFC 7644 3.5.2).</summary>
public static class PatchApplier
{
    /// <param name="body">The stored body; it is not changed.</param>
    /// <param name="operations">What <see cref="PatchReader"/> read.</param>
    /// <param name="type">The type of the resource.</param>
    /// <param name="profile">The tolerances of the client.</param>
    /// <exception cref="ScimException">mutability, noTarget, invalidValue, invalidSyntax; the detail names the operation.</exception>
    public static PatchResult Apply(JsonObject body, IReadOnlyList<PatchOperation> operations, ResourceType type, ClientProfile profile)
    {
        var draft = new PatchDraft((JsonObject)body.DeepClone(), type, profile);
        foreach (var operation in operations)
        {
            OperationFault.Locate(operation.Index, () => draft.Apply(operation));
        }

        return draft.Finish(body);
    }
}
