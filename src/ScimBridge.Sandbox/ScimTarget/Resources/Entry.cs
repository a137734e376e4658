using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget.Resources;

/// <summary>One resource on the shelf. Touched only under the gate of its store; what it points to never changes.</summary>
internal sealed class Entry(ScimResourceType type, Snapshot current)
{
    public ScimResourceType Type { get; } = type;

    public string Id => Current.Id;

    public Snapshot Current { get; set; } = current;

    /// <summary>Position in the order of creation, kept by the shelf.</summary>
    public int Slot { get; set; }

    public HashSet<Entry> Members { get; } = [];

    public HashSet<Entry> MemberOf { get; } = [];

    public void Touch(ResourceBody body, DateTimeOffset now) =>
        Current = Current with { Body = body, Version = Current.Version + 1, LastModified = now };
}
