using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Graph.Models;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Delivers security groups, which carry our key as their <c>uniqueName</c>: an alternate key that nobody can change, and by which a
/// group is made once however often that is asked for. Groups that a rule fills, that come from an on-premises directory or that are for
/// mail are managed elsewhere. <see href="https://learn.microsoft.com/en-us/graph/api/group-upsert"/>
/// </summary>
internal sealed class EntraGroups(EntraClient client, EntraRecent recent, TimeProvider clock)
{
    private const string Upsert = "PATCH groups(uniqueName)";

    private const string Update = "PATCH groups/{id}";

    private const string AddMember = "POST groups/{id}/members/$ref";

    private const string RemoveMember = "DELETE groups/{id}/members/{id}/$ref";

    private static readonly string[] Selected =
        ["id", "displayName", "uniqueName", "groupTypes", "mailEnabled", "securityEnabled", "onPremisesSyncEnabled", "isAssignableToRole"];

    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(5);

    /// <summary>How long a group is taken to be what it was when it was looked at.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _judged = new(StringComparer.OrdinalIgnoreCase);

    public async Task<Outcome> FindAsync(string key, CancellationToken cancel)
    {
        const string Call = "GET groups(uniqueName)";
        var info = client.Graph.GroupsWithUniqueName(Literal(key)).ToGetRequestInformation(request => request.QueryParameters.Select = Selected);
        var reply = await client.SendAsync(Call, info, cancel);
        if (reply.Failure is { } failure)
            return failure;
        return reply.As(Group.CreateFromDiscriminatorValue) is { Id: { Length: > 0 } id } ? new Outcome.Exists(id) : EntraFailures.Unreadable(Call, reply.Status);
    }

    public async Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(string id, CancellationToken cancel)
    {
        var (group, failure) = await ReadAsync(id, cancel);
        if (group is null)
            return (failure!, null);
        return (new Outcome.Done(group.Id), Observed(group));
    }

    public static ObservedAccount Observed(Group group)
    {
        var attributes = new JsonObject();
        if (group.DisplayName is { } name)
            attributes["displayName"] = name;
        return new ObservedAccount(AccountKind.Group, group.Id!, group.UniqueName, Active: null, attributes);
    }

    /// <summary>What of these attributes a group shows that has them.</summary>
    public static JsonObject Shown(JsonObject attributes) => NameOf(attributes["displayName"]) is { } name ? new JsonObject { ["displayName"] = name } : [];

    public async Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel)
    {
        if (NameOf(account.Attributes["displayName"]) is not { } name)
            return new Outcome.Rejected("A group without a name cannot be made in Microsoft Entra.");
        var group = new Group
        {
            DisplayName = name,
            MailEnabled = false,
            SecurityEnabled = true,
            MailNickname = Nickname(account.CorrelationKey),
        };
        var info = client.Graph.GroupsWithUniqueName(Literal(account.CorrelationKey))
            .ToPatchRequestInformation(group, request => request.Headers.Add("Prefer", "create-if-missing"));
        var reply = await client.SendAsync(Upsert, info, cancel);
        if (reply.Conflict is not null)
            return new Outcome.Exists(null);
        if (reply.Failure is { } failure)
            return failure is Outcome.Gone ? new Outcome.Rejected($"{Upsert}: 404. Graph does not make groups by their unique name here.") : failure;

        // 204: there was one already, by an earlier try or another's.
        if (reply.Status == 204)
            return await FindAsync(account.CorrelationKey, cancel) is var found && found is Outcome.Gone ? NotYet(Upsert) : found;
        if (reply.As(Group.CreateFromDiscriminatorValue) is not { Id: { Length: > 0 } id })
            return EntraFailures.Unreadable(Upsert, reply.Status);
        recent.Note(id);
        return new Outcome.Done(id);
    }

    public async Task<Outcome> UpdateAsync(string id, IReadOnlyList<AttributeChange> changes, CancellationToken cancel)
    {
        var change = changes.LastOrDefault(c => c.Schema is null && c.Name.Equals("displayName", StringComparison.OrdinalIgnoreCase));
        if (NameOf(change?.Value) is not { } name)
            return (await ReadAsync(id, cancel)).Failure ?? new Outcome.Done(id);
        if (await RefusalAsync(id, cancel) is { } refusal)
            return refusal;
        var reply = await client.SendAsync(Update, client.Graph.Groups[id].ToPatchRequestInformation(new Group { DisplayName = name }), cancel);
        return reply.Failure is { } failure ? Absent(failure, id, Update) : new Outcome.Done(id);
    }

    public async Task<Outcome> DeleteAsync(string id, CancellationToken cancel)
    {
        const string Call = "DELETE groups/{id}";
        if (await RefusalAsync(id, cancel) is { } refusal)
            return refusal is Outcome.Gone ? new Outcome.Done(id) : refusal;
        var wasRecent = recent.Forget(id);
        _judged.TryRemove(id, out _);
        var reply = await client.SendAsync(Call, client.Graph.Groups[id].ToDeleteRequestInformation(), cancel);
        if (reply.IsGone)
            return wasRecent ? NotYet(Call) : new Outcome.Done(id);
        return reply.Failure ?? new Outcome.Done(id);
    }

    public async Task<Outcome> ChangeMembersAsync(
        string id, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel)
    {
        if (add.Count == 0 && remove.Count == 0)
            return new Outcome.Done(id);
        if (await RefusalAsync(id, cancel) is { } refusal)
            return refusal;
        var isTouched = false;

        // Removals first: what breaks off takes access away rather than giving it.
        foreach (var chunk in remove.Chunk(EntraClient.MostInBatch))
        {
            var (failure, isDone) = await EachAsync(id, RemoveMember, chunk, cancel);
            isTouched |= isDone;
            if (failure is not null)
                return isTouched ? failure.AfterOthers() : failure;
        }

        foreach (var chunk in add.Chunk(EntraClient.MostInBatch))
        {
            var (failure, isDone) = await AddAsync(id, chunk, cancel);
            isTouched |= isDone;
            if (failure is not null)
                return isTouched ? failure.AfterOthers() : failure;
        }

        return new Outcome.Done(id);
    }

    private static string Nickname(string key)
    {
        var letters = new string([.. key.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(64)]);
        return letters.Length > 0 ? letters : "group";
    }

    private static string Literal(string key) => key.Replace("'", "''", StringComparison.Ordinal);

    private static Outcome.Retry NotYet(string call) => new(Lag, $"{call}: 404. It was made a moment ago, and is not known everywhere yet.");

    private static string? NameOf(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var name) && name.Length > 0 ? name : null;

    /// <summary>Twenty as one call, which adds all of them or none; one by one where one of them is in already, or is not there.</summary>
    private async Task<(Outcome? Failure, bool IsDone)> AddAsync(string id, string[] members, CancellationToken cancel)
    {
        if (members is [_])
            return await EachAsync(id, AddMember, members, cancel);
        var bound = new Group();
        bound.AdditionalData["members@odata.bind"] = members.Select(m => client.AddressOf("directoryObjects", m)).ToList();
        var reply = await client.SendAsync(Update, client.Graph.Groups[id].ToPatchRequestInformation(bound), cancel);
        return reply switch
        {
            { Failure: null } => (null, true),
            { Status: 400 or 404 } => await EachAsync(id, AddMember, members, cancel),
            _ => (reply.Failure, false),
        };
    }

    /// <summary>Each for itself, in one batch. The gravest of what goes wrong is what comes of all; null where nothing did.</summary>
    private async Task<(Outcome? Failure, bool IsDone)> EachAsync(string id, string call, string[] members, CancellationToken cancel)
    {
        var isRemoval = call == RemoveMember;
        var items = Array.ConvertAll(members, member => (call, isRemoval
            ? client.Graph.Groups[id].Members[member].Ref.ToDeleteRequestInformation()
            : client.Graph.Groups[id].Members.Ref.ToPostRequestInformation(new ReferenceCreate { OdataId = client.AddressOf("directoryObjects", member) })));
        var (replies, failure) = await client.BatchAsync(items, cancel, isUrgent: isRemoval);
        if (replies is null)
            return (failure, false);
        var failures = new List<Outcome>();
        for (var i = 0; i < replies.Length; i++)
        {
            if (replies[i].Failure is not { } wrong || (isRemoval && replies[i].IsGone) || (!isRemoval && replies[i].IsLinked))
                continue;
            failures.Add(wrong is Outcome.Gone ? await MissingAsync(id, members[i], cancel) : wrong);
        }

        // Who is throttled one by one is asked for again after the longest of their waits.
        var waits = failures.OfType<Outcome.Retry>().ToList();
        var gravest = failures.Find(f => f is Outcome.Stop)
            ?? waits.MaxBy(w => w.After ?? TimeSpan.Zero)
            ?? failures.Find(f => f is Outcome.Gone)
            ?? failures.FirstOrDefault();
        return (gravest, failures.Count < replies.Length);
    }

    /// <summary>An addition that found something missing: the group, the member, or nothing but a replica that lags behind.</summary>
    private async Task<Outcome> MissingAsync(string id, string member, CancellationToken cancel)
    {
        if (recent.Has(member))
            return NotYet(AddMember);
        const string Call = "GET directoryObjects/{id}";
        var info = client.Graph.DirectoryObjects[member].ToGetRequestInformation(request => request.QueryParameters.Select = ["id"]);
        var reply = await client.SendAsync(Call, info, cancel);
        if (reply.IsGone)
            return new Outcome.Rejected($"{AddMember}: 404. The tenant has no such account.");
        if (reply.Failure is { } failure)
            return failure;
        var (group, missing) = await ReadAsync(id, cancel);
        return group is null ? missing! : NotYet(AddMember);
    }

    /// <summary>Why a group is not to be changed; null where it may be.</summary>
    private async Task<Outcome?> RefusalAsync(string id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_judged.TryGetValue(id, out var until) && until > now)
            return null;
        var (group, failure) = await ReadAsync(id, cancel);
        if (group is null)
            return failure;
        Outcome? refusal = group switch
        {
            { OnPremisesSyncEnabled: true } => new Outcome.Rejected(
                "The group comes from an on-premises directory (onPremisesSyncEnabled), and is changed there alone."),
            { GroupTypes: { } types } when types.Contains("DynamicMembership") => new Outcome.Rejected(
                "A rule of Microsoft Entra fills this group (dynamic membership): deliver to another group."),
            { MailEnabled: true, GroupTypes: var types } when types?.Contains("Unified") != true => new Outcome.Rejected(
                "The group is for mail, and is managed in Exchange alone."),
            _ => null,
        };
        if (refusal is null)
            _judged[id] = now + Fresh;
        return refusal;
    }

    private async Task<(Group? Group, Outcome? Failure)> ReadAsync(string id, CancellationToken cancel)
    {
        const string Call = "GET groups/{id}";
        var reply = await client.SendAsync(Call, client.Graph.Groups[id].ToGetRequestInformation(request => request.QueryParameters.Select = Selected), cancel);
        if (reply.Failure is { } failure)
            return (null, Absent(failure, id, Call));
        return reply.As(Group.CreateFromDiscriminatorValue) is { Id: { Length: > 0 } } group ? (group, null) : (null, EntraFailures.Unreadable(Call, reply.Status));
    }

    private Outcome Absent(Outcome failure, string id, string call) => failure is Outcome.Gone && recent.Has(id) ? NotYet(call) : failure;
}
