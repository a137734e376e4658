using System.Collections;

namespace ScimBridge.Fixtures;

/// <summary>Both databases as the data of a theory: <c>[ClassData(typeof(DatabaseKinds))]</c>.</summary>
public sealed class DatabaseKinds : IEnumerable<object[]>
{
    /// <inheritdoc/>
    public IEnumerator<object[]> GetEnumerator() => Enum.GetValues<DatabaseKind>().Select(kind => new object[] { kind }).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
