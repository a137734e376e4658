using System.Text.Json.Nodes;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Hands users to Microsoft's API-driven inbound provisioning, which maps, matches and writes them to Microsoft Entra or to an on-premises
/// directory. Besides the contract of <see cref="ITarget"/>:
/// <para>
/// <see cref="Outcome.Done"/> means that the service has accepted the data; what it makes of it, minutes later, stands in its provisioning
/// log. Nothing can be read back, found or deleted, and there are no groups. The remote id is the <c>externalId</c>, by which the service
/// matches. Creating and updating are the same call, which may be repeated. It has no way to clear an attribute: that is
/// <see cref="Outcome.Rejected"/>, after everything else was handed over.
/// </para>
/// <see href="https://learn.microsoft.com/en-us/entra/identity/app-provisioning/inbound-provisioning-api-concepts"/>
/// </summary>
public sealed class EntraBulkTarget : ITarget
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:User";

    private readonly EntraClient _client;
    private readonly EntraBulkUploads _uploads;
    private readonly ScimPath _externalId;

    /// <summary>Makes the target of options without faults.</summary>
    public EntraBulkTarget(EntraBulkTargetOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is [var first, ..])
            throw new ArgumentException($"{first.Path}: {first.Message}", nameof(options));
        Pace = new CallPace(EntraClient.ReservePercent, clock);
        _client = new EntraClient(options, Pace, clock);
        _uploads = new EntraBulkUploads(_client, options);
        _externalId = ScimPath.Parse(options.ExternalId)!.Value;
        Capabilities = new Capabilities
        {
            Disable = true,
            Delete = false,
            Groups = false,
            FindByCorrelationKey = false,
            InFlight = options.InFlight,
            MembersPerCall = 1,
        };
    }

    /// <inheritdoc/>
    public Capabilities Capabilities { get; }

    /// <inheritdoc/>
    public CallPace Pace { get; }

    /// <inheritdoc/>
    public Task<Outcome> FindAsync(AccountKind kind, string correlationKey, CancellationToken cancel) => Task.FromResult<Outcome>(Undeclared());

    /// <inheritdoc/>
    public Task<(Outcome Outcome, ObservedAccount? Account)> GetAsync(AccountKind kind, string remoteId, CancellationToken cancel) =>
        Task.FromResult<(Outcome, ObservedAccount?)>((Undeclared(), null));

    /// <inheritdoc/>
    public async Task<Outcome> CreateAsync(DesiredAccount account, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(account);
        var holder = _externalId.Schema is null ? account.Attributes : account.Attributes[_externalId.Schema] as JsonObject;
        if (_externalId.Read(holder?[_externalId.Name])?.ToString() is not { Length: > 0 } externalId)
            return new Outcome.Rejected($"The account has no {_externalId.Name}, by which the provisioning service would match it.");
        var user = User(externalId, account.Attributes.Select(a => a.Key).Where(AccountMapping.IsSchema));
        foreach (var (name, value) in account.Attributes)
            user[name] = value?.DeepClone();
        user["active"] = account.Active;
        return await _uploads.AddAsync(user, cancel) is var outcome && outcome is Outcome.Done ? new Outcome.Done(externalId) : outcome;
    }

    /// <inheritdoc/>
    public async Task<Outcome> UpdateAsync(
        AccountKind kind, string remoteId, IReadOnlyList<AttributeChange> changes, bool? active, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var said = changes.Where(c => c.Value is not null).ToList();
        var user = User(remoteId, said.Select(c => c.Schema).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase));
        foreach (var change in said)
        {
            var home = change.Schema is null ? user : (JsonObject)(user[change.Schema] ??= new JsonObject());
            home[change.Name] = change.Value!.DeepClone();
        }

        if (active is not null)
            user["active"] = active;
        if ((said.Count > 0 || active is not null) && await _uploads.AddAsync(user, cancel) is var outcome && outcome is not Outcome.Done)
            return outcome;
        return said.Count == changes.Count
            ? new Outcome.Done(remoteId)
            : new Outcome.Rejected(
                $"API-driven provisioning cannot clear an attribute: {string.Join(", ", changes.Where(c => c.Value is null).Select(c => c.Name))}.");
    }

    /// <inheritdoc/>
    public Task<Outcome> DeleteAsync(AccountKind kind, string remoteId, CancellationToken cancel) => Task.FromResult<Outcome>(Undeclared());

    /// <inheritdoc/>
    public Task<Outcome> ChangeMembersAsync(
        string remoteGroupId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel) =>
        Task.FromResult<Outcome>(Undeclared());

    /// <inheritdoc/>
    public void Dispose()
    {
        _uploads.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _client.Dispose();
    }

    private static Outcome.Rejected Undeclared() => new("API-driven provisioning takes users and gives nothing back.");

    private static JsonObject User(string externalId, IEnumerable<string> schemas) => new()
    {
        ["schemas"] = new JsonArray([Core, .. schemas.Select(schema => (JsonNode)schema)]),
        ["externalId"] = externalId,
    };
}
