using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>A field and where it stands in a record.</summary>
/// <param name="Field">The field.</param>
/// <param name="Name">The header of a column, or the path of a member.</param>
/// <param name="Optional">Whether a file may lack it: nobody named it, the kind of source takes it for granted.</param>
internal readonly record struct DeclaredColumn(WorkerField Field, string Name, bool Optional);
