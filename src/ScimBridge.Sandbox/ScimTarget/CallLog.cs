using System.Runtime.InteropServices;
using System.Text.Json;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>Counts calls, faults and creates.</summary>
internal sealed class CallLog
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Method, string Resource, int Status), long> calls = [];
    private readonly Dictionary<FaultKind, long> faults = [];
    private readonly Dictionary<string, Dictionary<string, int>> creates = [];
    private long total;

    public void Count(string method, string resource, int status, FaultKind? fault)
    {
        lock (gate)
        {
            if (resource is "Users" or "Groups" or "other")
                total++;
            CollectionsMarshal.GetValueRefOrAddDefault(calls, (method, resource, status), out _)++;
            if (fault is { } kind)
                CollectionsMarshal.GetValueRefOrAddDefault(faults, kind, out _)++;
        }
    }

    public void CountCreate(ScimResourceType type, string? externalId)
    {
        if (externalId is null)
            return;
        lock (gate)
        {
            ref var ofType = ref CollectionsMarshal.GetValueRefOrAddDefault(creates, type.Endpoint, out _);
            ofType ??= [];
            CollectionsMarshal.GetValueRefOrAddDefault(ofType, externalId, out _)++;
        }
    }

    public CallReport Report()
    {
        lock (gate)
        {
            return new(
                total,
                [.. calls.Select(call => new CallCount(call.Key.Method, call.Key.Resource, call.Key.Status, call.Value))
                    .OrderBy(call => call.Resource, StringComparer.Ordinal)
                    .ThenBy(call => call.Method, StringComparer.Ordinal)
                    .ThenBy(call => call.Status)],
                faults.ToDictionary(fault => JsonNamingPolicy.CamelCase.ConvertName(fault.Key.ToString()), fault => fault.Value),
                creates.ToDictionary(
                    ofType => ofType.Key,
                    ofType => (IReadOnlyDictionary<string, int>)new SortedDictionary<string, int>(ofType.Value, StringComparer.Ordinal)));
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            total = 0;
            calls.Clear();
            faults.Clear();
            creates.Clear();
        }
    }
}
