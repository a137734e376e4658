using System.Numerics;

namespace ScimBridge.Provisioning.Workers;

/// <summary>A set of fields. What a record does not state stays as it was; what it states as empty is cleared.</summary>
public readonly record struct FieldSet
{
    private readonly ulong _bits;

    private FieldSet(ulong bits) => _bits = bits;

    /// <summary>How many fields there are in it.</summary>
    public int Count => BitOperations.PopCount(_bits);

    /// <summary>Whether the field is in it.</summary>
    public bool Has(WorkerField field) => (_bits & (1UL << (int)field)) != 0;

    /// <summary>The set with the field in it.</summary>
    public FieldSet With(WorkerField field) => new(_bits | (1UL << (int)field));
}
