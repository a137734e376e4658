using System.Globalization;
using ScimBridge.Sandbox.ScimTarget.Filters;
using ScimBridge.Sandbox.ScimTarget.Patching;
using ScimBridge.Sandbox.ScimTarget.Resources;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>What can be done to /Users or /Groups (RFC 7644 sections 3.3 to 3.6).</summary>
internal sealed class ScimCollection(ScimResourceType type, ScimTargetState target, ScimStore store, CallLog calls, TimeProvider clock)
{
    public ScimReply Create(ScimRequest request)
    {
        var source = request.Body();
        if (type == ScimSchemas.User && !source.ContainsKey("active"))
            source["active"] = true;
        var body = ResourceBody.From(type, source);
        var members = type.HasMembers ? MemberPatch.Ids(source["members"]) : [];
        var now = clock.GetUtcNow();
        var entry = new Entry(type, new(Guid.NewGuid().ToString(), body, 1, now, now));
        var draft = new MemberDraft(entry);
        ResourceView view;
        lock (store.Gate)
        {
            CheckUnique(body, null);
            var resolved = members.ConvertAll(id => MemberPatch.Existing(id, store.Find)).Distinct().ToList();
            resolved.ForEach(draft.Add);
            if (!request.Pretend)
            {
                store.Shelf(type).Add(entry);
                draft.Commit();
                store.Note(entry, "created", now);
                calls.CountCreate(type, body.ExternalId);
            }

            view = new(type, entry.Current, request.Projection.Members ? resolved : []);
        }

        return Answer(201, view, request) with { Location = ResourceWriter.Location(view, request.BaseUrl) };
    }

    public ScimReply Get(string id, ScimRequest request)
    {
        ResourceView view;
        lock (store.Gate)
            view = ResourceView.Of(Existing(id), request.Projection);
        return ScimRequest.Names(request.IfNoneMatch, view.Snapshot.ETag)
            ? new(304, default) { ETag = view.Snapshot.ETag }
            : Answer(200, view, request);
    }

    public ScimReply List(ScimRequest request)
    {
        var filter = request.Query["filter"].FirstOrDefault() is { } text ? ListFilter.Parse(type, text) : null;
        var startIndex = Math.Max(1, Number(request, "startIndex") ?? 1);
        var count = Math.Clamp(Number(request, "count") ?? int.MaxValue, 0, target.Settings.MaxPageSize);
        var projection = request.Projection;
        int total;
        List<ResourceView> page;
        lock (store.Gate)
        {
            var found = filter?.Select(store) ?? store.Shelf(type).InOrder();
            total = found.Count;
            var skipped = Math.Min(startIndex - 1, total);
            page = [.. found.Slice(skipped, Math.Min(count, total - skipped)).Select(entry => ResourceView.Of(entry, projection))];
        }

        return new(200, ResourceWriter.List(page, total, startIndex, request.BaseUrl, projection));
    }

    /// <summary>What is not sent is cleared, except active: a partial PUT must not wake up a disabled account.</summary>
    public ScimReply Replace(string id, ScimRequest request)
    {
        var source = request.Body();
        lock (store.Gate)
        {
            var entry = ExistingInVersion(id, request);
            if (entry.Current.Body.ToJson()["active"] is { } active && !source.ContainsKey("active"))
                source["active"] = active.DeepClone();
            var draft = new MemberDraft(entry);
            draft.Clear();
            foreach (var member in type.HasMembers ? MemberPatch.Ids(source["members"]) : [])
                draft.Add(MemberPatch.Existing(member, store.Find));
            return Change(entry, ResourceBody.From(type, source), draft, request);
        }
    }

    public ScimReply Patch(string id, ScimRequest request)
    {
        var operations = PatchOperation.ParseAll(type, request.Body());
        var memberOperations = operations.Where(operation => operation.Path.IsMembers).ToList();
        if (memberOperations.Sum(operation => MemberPatch.Named(operation).Count) > target.Settings.MaxMembersPerPatch)
            throw ScimException.TooMany($"A PATCH may name at most {target.Settings.MaxMembersPerPatch} members.");

        lock (store.Gate)
        {
            var entry = ExistingInVersion(id, request);
            var draft = new MemberDraft(entry);
            foreach (var operation in memberOperations)
                MemberPatch.Apply(operation, draft, store.Find);
            var body = entry.Current.Body;
            if (memberOperations.Count < operations.Count)
            {
                var resource = body.ToJson();
                foreach (var operation in operations.Where(operation => !operation.Path.IsMembers))
                    AttributePatch.Apply(operation, resource);
                body = ResourceBody.From(type, resource);
            }

            return Change(entry, body, draft, request);
        }
    }

    public ScimReply Delete(string id, ScimRequest request)
    {
        lock (store.Gate)
        {
            var entry = ExistingInVersion(id, request);
            if (!request.Pretend)
                store.Delete(entry, clock.GetUtcNow());
        }

        return ScimReply.NoContent();
    }

    /// <summary>Writes a new version, unless nothing is different from the old one.</summary>
    private ScimReply Change(Entry entry, ResourceBody body, MemberDraft draft, ScimRequest request)
    {
        CheckUnique(body, entry);
        var now = clock.GetUtcNow();
        var membersChange = draft.Settle();
        var isChange = membersChange || !body.SameAs(entry.Current.Body);
        if (isChange && !request.Pretend)
        {
            draft.Commit();
            store.Shelf(type).Update(entry, body, now);
            if (type == ScimSchemas.User)
                store.Access.Follow(entry, target.Settings.PersonalTokensOutlive);
            store.Note(entry, "changed", now);
        }

        var snapshot = isChange && request.Pretend
            ? entry.Current with { Body = body, Version = entry.Current.Version + 1, LastModified = now }
            : entry.Current;
        return request.Method == HttpMethods.Patch && type.HasMembers && request.Projection.IsEverything
            ? ScimReply.NoContent(snapshot.ETag)
            : Answer(200, ResourceView.Of(entry, request.Projection) with { Snapshot = snapshot }, request);
    }

    private void CheckUnique(ResourceBody body, Entry? self)
    {
        if (store.Shelf(type).FindByKey(body.Key) is { } other && other != self)
            throw ScimException.Uniqueness(type.KeyAttribute);
    }

    private Entry Existing(string id) =>
        store.Shelf(type).FindById(id) ?? throw ScimException.NotFound($"{type.Name} {id}");

    private Entry ExistingInVersion(string id, ScimRequest request)
    {
        var entry = Existing(id);
        return request.IfMatch is null || ScimRequest.Names(request.IfMatch, entry.Current.ETag) ? entry : throw ScimException.VersionMismatch();
    }

    private static ScimReply Answer(int status, ResourceView view, ScimRequest request) =>
        new(status, ResourceWriter.Resource(view, request.BaseUrl, request.Projection)) { ETag = view.Snapshot.ETag };

    private static int? Number(ScimRequest request, string parameter)
    {
        if (request.Query[parameter].FirstOrDefault() is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ScimException.InvalidValue($"{parameter} must be an integer.");
    }
}
