using System.Text;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget.Resources;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A SCIM target from the inside: what it holds, what it was asked, its switches and its faults.</summary>
public sealed class ScimTargetState
{
    private readonly ScimTargetOptions options;
    private readonly ScimStore store = new();
    private readonly CallLog calls = new();
    private readonly TimeProvider clock;
    private ScimTargetSettings settings = new();

    internal ScimTargetState(ScimTargetOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        Settings = options.Settings;
        Limit = new(clock);
        TokenService = new(options.Client, clock);
        Router = new(new(ScimSchemas.User, this, store, calls, clock), new(ScimSchemas.Group, this, store, calls, clock), this);
    }

    /// <summary>The name in the URL.</summary>
    public string Name => options.Name;

    /// <summary>The bearer token it asks for.</summary>
    public string Token => options.Token;

    /// <summary>What goes wrong, and when.</summary>
    public FaultScript Faults { get; } = new();

    /// <summary>The switches; a new value holds from the next call on.</summary>
    public ScimTargetSettings Settings
    {
        get => Volatile.Read(ref settings);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Fault() is { } fault)
                throw new ArgumentException(fault, nameof(value));
            Volatile.Write(ref settings, value);
        }
    }

    /// <summary>Users it holds now.</summary>
    public int UserCount
    {
        get
        {
            lock (store.Gate)
                return store.Users.Count;
        }
    }

    /// <summary>Groups it holds now.</summary>
    public int GroupCount
    {
        get
        {
            lock (store.Gate)
                return store.Groups.Count;
        }
    }

    /// <summary>What it was asked since the start or the last reset.</summary>
    public CallReport Calls => calls.Report();

    /// <summary>How many requests for a token its token service was sent.</summary>
    public int TokenRequests => TokenService.Asked;

    internal RateLimit Limit { get; }

    internal ScimTokenService TokenService { get; }

    internal ScimRouter Router { get; }

    internal DateTimeOffset Now => clock.GetUtcNow();

    internal IReadOnlyList<AccountChange> LastChanges
    {
        get
        {
            lock (store.Gate)
                return store.LastChanges;
        }
    }

    /// <summary>The user with this userName, whatever the case.</summary>
    public SandboxUser? FindUser(string userName)
    {
        ArgumentNullException.ThrowIfNull(userName);
        lock (store.Gate)
            return store.Users.FindByKey(userName.Normalize(NormalizationForm.FormC)) is { } entry ? UserOf(entry) : null;
    }

    /// <summary>All users with this externalId: a target does not forbid several.</summary>
    public IReadOnlyList<SandboxUser> FindUsersByExternalId(string externalId)
    {
        lock (store.Gate)
            return [.. store.Users.FindByExternalId(externalId).Select(UserOf)];
    }

    /// <summary>The group with this displayName, whatever the case.</summary>
    public SandboxGroup? FindGroup(string displayName)
    {
        ArgumentNullException.ThrowIfNull(displayName);
        lock (store.Gate)
            return store.Groups.FindByKey(displayName.Normalize(NormalizationForm.FormC)) is { } entry ? GroupOf(entry) : null;
    }

    /// <summary>A user signs in to the product: the session, to be sent as a bearer token; null where the account may not.</summary>
    public string? SignIn(string userName) => Give(userName, isPersonal: false);

    /// <summary>A user makes a personal token, to be sent as a bearer token; null where the account may not.</summary>
    public string? AddPersonalToken(string userName) => Give(userName, isPersonal: true);

    /// <summary>Ids of the sessions and personal tokens that a user has.</summary>
    public IReadOnlyList<string> TokensOf(string userName)
    {
        ArgumentNullException.ThrowIfNull(userName);
        lock (store.Gate)
        {
            return store.Users.FindByKey(userName.Normalize(NormalizationForm.FormC)) is { } entry
                ? [.. store.Access.Of(entry.Id).Select(token => $"{(token.IsPersonal ? "personalToken" : "session")} {token.Id}")]
                : [];
        }
    }

    /// <summary>All users in order of creation.</summary>
    public IReadOnlyList<SandboxUser> Users()
    {
        lock (store.Gate)
            return [.. store.Users.InOrder().Select(UserOf)];
    }

    /// <summary>All groups in order of creation.</summary>
    public IReadOnlyList<SandboxGroup> Groups()
    {
        lock (store.Gate)
            return [.. store.Groups.InOrder().Select(GroupOf)];
    }

    /// <summary>
    /// Everything it holds as JSON that is equal for equal contents: sorted, without ids, versions and times, with
    /// references by name.
    /// </summary>
    public string StateJson() => StateReport.Write(store);

    /// <summary>Forgets users, groups, calls and faults, and goes back to the switches it started with.</summary>
    public void Reset()
    {
        lock (store.Gate)
            store.Clear();
        calls.Clear();
        TokenService.Clear();
        Faults.Clear();
        Settings = options.Settings;
    }

    /// <summary>Who signs in with a password; null where the account may not, or the password is another.</summary>
    internal SandboxUser? SignedIn(string userName, string password)
    {
        lock (store.Gate)
        {
            return store.Users.FindByKey(userName.Normalize(NormalizationForm.FormC)) is { Current.Body.Active: true } entry
                && store.Access.HasPassword(entry.Id, password)
                ? UserOf(entry)
                : null;
        }
    }

    /// <summary>Whose session or personal token this is; null where it is good for nothing.</summary>
    internal SandboxUser? Holder(string text)
    {
        lock (store.Gate)
        {
            if (store.Access.Find(text) is not { } token || store.Users.FindById(token.UserId) is not { } entry)
                return null;
            var isGood = entry.Current.Body.Active || (token.IsPersonal && Settings.PersonalTokensOutlive);
            return isGood ? UserOf(entry) : null;
        }
    }

    /// <summary>Takes back every token that the token service handed out.</summary>
    public void RevokeTokens() => TokenService.Revoke();

    internal bool Admits(string authorization) =>
        authorization == $"Bearer {Token}" || (authorization.StartsWith("Bearer ", StringComparison.Ordinal) && TokenService.Knows(authorization[7..]));

    internal void CountCall(string method, string resource, int status, FaultKind? fault) => calls.Count(method, resource, status, fault);

    private string? Give(string userName, bool isPersonal)
    {
        ArgumentNullException.ThrowIfNull(userName);
        lock (store.Gate)
        {
            return store.Users.FindByKey(userName.Normalize(NormalizationForm.FormC)) is { Current.Body.Active: true } entry
                ? store.Access.Add(entry, isPersonal).Text
                : null;
        }
    }

    private static SandboxUser UserOf(Entry entry)
    {
        var (id, body, version, _, lastModified) = entry.Current;
        var groups = entry.MemberOf.Select(group => group.Current.Body.Key).Order(StringComparer.Ordinal);
        return new(id, body.Key, body.ExternalId, body.Active, version, lastModified, [.. groups], Encoding.UTF8.GetString(body.Json));
    }

    private static SandboxGroup GroupOf(Entry entry)
    {
        var body = entry.Current.Body;
        var members = entry.Members.Select(member => member.Current.Body.Key).Order(StringComparer.Ordinal);
        return new(entry.Id, body.Key, body.ExternalId, entry.Current.Version, [.. members]);
    }
}
