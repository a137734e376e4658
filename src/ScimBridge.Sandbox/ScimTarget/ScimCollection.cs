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
        VendorRules.Check(target.Settings, type, source);
        var members = type.HasMembers ? MemberPatch.Ids(source["members"]) : [];
        CheckMembers(members.Count);
        var now = clock.GetUtcNow();
        var id = target.Settings.NumericIds ? store.NextNumber() : Guid.NewGuid().ToString();
        var entry = new Entry(type, new(id, body, 1, now, now));
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
                store.Access.SetPassword(entry.Id, body.Password);
                store.Note(entry, "created", now);
                calls.CountCreate(type, body.ExternalId);
            }

            view = new(type, entry.Current, request.Projection.Members && target.Settings.ReturnsMembers ? resolved : []);
        }

        return Answer(201, view, request) with { Location = ResourceWriter.Location(view, Style(request)) };
    }

    public ScimReply Get(string id, ScimRequest request)
    {
        ResourceView view;
        lock (store.Gate)
            view = View(Existing(id), request.Projection);
        return target.Settings.ETags && ScimRequest.Names(request.IfNoneMatch, view.Snapshot.ETag)
            ? new(304, default) { ETag = view.Snapshot.ETag }
            : Answer(200, view, request);
    }

    public ScimReply List(ScimRequest request)
    {
        var settings = target.Settings;
        var filter = request.Query["filter"].FirstOrDefault() is { } text && !settings.IgnoresFilters
            ? ListFilter.Parse(type, text, type.HasMembers ? settings.GroupFilters : settings.UserFilters)
            : null;
        var (startIndex, count) = Window(settings, request);
        var projection = request.Projection;
        int total;
        List<ResourceView> page;
        lock (store.Gate)
        {
            var found = filter?.Select(store) ?? store.Shelf(type).InOrder();
            total = found.Count;
            var skipped = Math.Min(startIndex - 1, total);
            page = [.. found.Slice(skipped, Math.Min(count, total - skipped)).Select(entry => View(entry, projection))];
        }

        var next = startIndex + page.Count;
        var cursor = settings.Pages == ScimPages.Cursor && next <= total ? next.ToString(CultureInfo.InvariantCulture) : null;
        return new(200, ResourceWriter.List(new(page, total, startIndex, cursor), Style(request), projection));
    }

    private static (int StartIndex, int Count) Window(ScimTargetSettings settings, ScimRequest request)
    {
        var (start, count, cursor) = (Number(request, "startIndex"), Number(request, "count"), request.Query["cursor"].FirstOrDefault());
        switch (settings.Pages)
        {
            case ScimPages.None when start is not null || count is not null:
                throw ScimException.InvalidValue("Lists have no pages here.");
            case ScimPages.None:
                return (1, int.MaxValue);
            case ScimPages.Cursor when start is not null || count == 0:
                throw ScimException.InvalidValue("Pages are read by cursor and count, and a count is at least 1.");
            case ScimPages.Cursor when !string.IsNullOrEmpty(cursor):
                start = int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : throw new ScimException(400, "invalidCursor", "No such cursor.");
                break;
        }

        return (Math.Max(1, start ?? 1), Math.Clamp(count ?? settings.DefaultPageSize ?? int.MaxValue, 0, settings.MaxPageSize));
    }

    /// <summary>What is not sent is cleared, except active: a partial PUT must not wake up a disabled account.</summary>
    public ScimReply Replace(string id, ScimRequest request)
    {
        if (!(type.HasMembers ? target.Settings.GroupPut : target.Settings.UserPut))
            throw ScimException.MethodNotAllowed();
        var source = request.Body();
        VendorRules.Check(target.Settings, type, source);
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
        if (!(type.HasMembers ? target.Settings.GroupPatch : target.Settings.UserPatch))
            throw new ScimException(501, null, "PATCH is not supported.");
        var operations = PatchOperation.ParseAll(type, request.Body());
        if (target.Settings.NestedMembers)
            operations = operations.ConvertAll(VendorRules.Unnested);
        VendorRules.Check(target.Settings, operations);
        var memberOperations = operations.Where(operation => operation.Path.IsMembers).ToList();
        CheckMembers(memberOperations.Sum(operation => MemberPatch.Named(operation).Count));

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
                VendorRules.Check(target.Settings, type, resource);
                body = ResourceBody.From(type, resource);
            }

            return Change(entry, body, draft, request);
        }
    }

    public ScimReply Delete(string id, ScimRequest request)
    {
        var becomes = type.HasMembers ? ScimDeletion.Delete : target.Settings.UserDeletion;
        if (becomes == ScimDeletion.Refuse)
            throw ScimException.MethodNotAllowed();
        lock (store.Gate)
        {
            var entry = ExistingInVersion(id, request);
            if (request.Pretend)
                return ScimReply.NoContent();
            if (becomes == ScimDeletion.Delete)
            {
                store.Delete(entry, clock.GetUtcNow());
                return ScimReply.NoContent();
            }

            var resource = entry.Current.Body.ToJson();
            resource["active"] = false;
            store.Shelf(type).Update(entry, ResourceBody.From(type, resource), clock.GetUtcNow());
            store.Note(entry, "deactivated", clock.GetUtcNow());
        }

        return ScimReply.NoContent();
    }

    /// <summary>Writes a new version, unless nothing is different from the old one.</summary>
    private ScimReply Change(Entry entry, ResourceBody body, MemberDraft draft, ScimRequest request)
    {
        CheckUnique(body, entry);
        var now = clock.GetUtcNow();
        var membersChange = draft.Settle();
        var isChange = membersChange || body.Password is not null || !body.SameAs(entry.Current.Body);
        if (isChange && !request.Pretend)
        {
            draft.Commit();
            store.Shelf(type).Update(entry, body, now);
            if (type == ScimSchemas.User)
                store.Access.Follow(entry, target.Settings.PersonalTokensOutlive);
            store.Access.SetPassword(entry.Id, body.Password);
            store.Note(entry, "changed", now);
        }

        var snapshot = isChange && request.Pretend
            ? entry.Current with { Body = body, Version = entry.Current.Version + 1, LastModified = now }
            : entry.Current;
        if (request.Method == HttpMethods.Patch && target.Settings.EmptyPatchAnswers)
            return ScimReply.Json(new { });
        return request.Method == HttpMethods.Patch && type.HasMembers && request.Projection.IsEverything
            ? ScimReply.NoContent(target.Settings.ETags ? snapshot.ETag : null)
            : Answer(200, View(entry, request.Projection) with { Snapshot = snapshot }, request);
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
        return request.IfMatch is null || !target.Settings.ETags || ScimRequest.Names(request.IfMatch, entry.Current.ETag) ? entry : throw ScimException.VersionMismatch();
    }

    private void CheckMembers(int count)
    {
        if (count > target.Settings.MaxMembersPerPatch)
            throw ScimException.TooMany($"A request may name at most {target.Settings.MaxMembersPerPatch} members.");
    }

    private ResourceView View(Entry entry, Projection projection) =>
        target.Settings.ReturnsMembers ? ResourceView.Of(entry, projection) : new(entry.Type, entry.Current, []);

    private ResourceStyle Style(ScimRequest request) => ResourceStyle.Of(target.Settings, request.BaseUrl);

    private ScimReply Answer(int status, ResourceView view, ScimRequest request) =>
        new(status, ResourceWriter.Resource(view, Style(request), request.Projection)) { ETag = target.Settings.ETags ? view.Snapshot.ETag : null };

    private static int? Number(ScimRequest request, string parameter)
    {
        if (request.Query[parameter].FirstOrDefault() is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ScimException.InvalidValue($"{parameter} must be an integer.");
    }
}
