namespace ScimBridge.Storage.Queries;

/// <summary>A statement that is ready to run.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="KeyKind">The kind of the key after the last column of the resource; null where there is none.</param>
internal sealed record PageStatement(string Sql, (string Name, object? Value)[] Parameters, ScalarKind? KeyKind);
