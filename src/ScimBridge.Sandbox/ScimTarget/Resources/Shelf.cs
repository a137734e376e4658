using System.Runtime.InteropServices;

namespace ScimBridge.Sandbox.ScimTarget.Resources;

/// <summary>All resources of one type, found at once by id, by unique key and by externalId, listed in order of creation.</summary>
internal sealed class Shelf
{
    private readonly Dictionary<string, Entry> byId = [];
    private readonly Dictionary<string, Entry> byKey = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<Entry>> byExternalId = [];
    private readonly List<Entry?> slots = [];
    private bool hasHoles;

    public int Count => byId.Count;

    public Entry? FindById(string id) => byId.GetValueOrDefault(id);

    public Entry? FindByKey(string key) => byKey.GetValueOrDefault(key);

    public IReadOnlyList<Entry> FindByExternalId(string externalId) => byExternalId.GetValueOrDefault(externalId) ?? [];

    public void Add(Entry entry)
    {
        byId.Add(entry.Id, entry);
        entry.Slot = slots.Count;
        slots.Add(entry);
        Index(entry);
    }

    public void Remove(Entry entry)
    {
        byId.Remove(entry.Id);
        slots[entry.Slot] = null;
        hasHoles = true;
        Unindex(entry);
    }

    public void Update(Entry entry, ResourceBody body, DateTimeOffset now)
    {
        Unindex(entry);
        entry.Touch(body, now);
        Index(entry);
    }

    public List<Entry> InOrder()
    {
        if (hasHoles)
            Compact();
        return slots!;
    }

    private void Compact()
    {
        slots.RemoveAll(entry => entry is null);
        for (var slot = 0; slot < slots.Count; slot++)
            slots[slot]!.Slot = slot;
        hasHoles = false;
    }

    private void Index(Entry entry)
    {
        byKey.Add(entry.Current.Body.Key, entry);
        if (entry.Current.Body.ExternalId is not { } externalId)
            return;
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(byExternalId, externalId, out _);
        list ??= new(1);
        list.Add(entry);
    }

    private void Unindex(Entry entry)
    {
        byKey.Remove(entry.Current.Body.Key);
        if (entry.Current.Body.ExternalId is not { } externalId)
            return;
        var list = byExternalId[externalId];
        list.Remove(entry);
        if (list.Count == 0)
            byExternalId.Remove(externalId);
    }
}
