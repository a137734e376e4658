using System.Text.Json;
using Microsoft.Graph.Applications.Item.RemovePassword;
using Microsoft.Graph.Models;
using Microsoft.Kiota.Abstractions;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// What can be asked and done in a tenant beside accounts and groups: what has changed there, and who answers for applications, service
/// principals and agent identities, by what they prove who they are, and whether they may. Outcomes mean what they mean to
/// <see cref="ITarget"/>; everything may be repeated.
/// </summary>
public sealed class EntraDirectory : IDisposable
{

    private const string Sponsors = "servicePrincipals/{id}/microsoft.graph.agentIdentity/sponsors";

    private const int MostPages = 10_000;

    private readonly EntraClient _client;
    private readonly bool _isOwner = true;

    /// <summary>Makes it of options without faults.</summary>
    public EntraDirectory(EntraTargetOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is [var first, ..])
            throw new ArgumentException($"{first.Path}: {first.Message}", nameof(options));
        _client = new EntraClient(options, new CallPace(EntraClient.ReservePercent, clock), clock);
    }

    /// <summary>Makes it of what a target calls with, which stays the target's.</summary>
    internal EntraDirectory(EntraClient client) => (_client, _isOwner) = (client, false);

    /// <summary>The secrets and keys of an application.</summary>
    public async Task<(Outcome Outcome, IReadOnlyList<EntraCredential>? Credentials)> CredentialsAsync(string applicationId, CancellationToken cancel)
    {
        var (application, failure) = await ReadAsync(applicationId, cancel);
        if (application is null)
            return (failure!, null);
        var passwords = (application.PasswordCredentials ?? []).Where(c => c.KeyId is not null)
            .Select(c => new EntraCredential(c.KeyId!.Value, IsPassword: true, c.DisplayName, c.EndDateTime));
        var keys = (application.KeyCredentials ?? []).Where(c => c.KeyId is not null)
            .Select(c => new EntraCredential(c.KeyId!.Value, IsPassword: false, c.DisplayName, c.EndDateTime));
        return (new Outcome.Done(applicationId), [.. passwords, .. keys]);
    }

    /// <summary>Removes a secret or a key; one that is not there is done. Tokens that it brought are good until they end.</summary>
    public async Task<Outcome> RemoveCredentialAsync(string applicationId, Guid keyId, CancellationToken cancel)
    {
        const string Update = "PATCH applications/{id}", Remove = "POST applications/{id}/removePassword";
        var (application, failure) = await ReadAsync(applicationId, cancel);
        if (application is null)
            return failure!;
        if (application.PasswordCredentials?.Exists(c => c.KeyId == keyId) == true)
        {
            var info = _client.Graph.Applications[applicationId].RemovePassword.ToPostRequestInformation(new RemovePasswordPostRequestBody { KeyId = keyId });
            return (await _client.SendAsync(Remove, info, cancel, isUrgent: true)).Failure ?? new Outcome.Done(applicationId);
        }

        if (application.KeyCredentials?.Exists(c => c.KeyId == keyId) != true)
            return new Outcome.Done(applicationId);

        // Keys are replaced as a whole; those that stay are known by their ids, without what they are made of.
        var rest = new Application { KeyCredentials = application.KeyCredentials.FindAll(c => c.KeyId != keyId) };
        return (await _client.SendAsync(Update, _client.Graph.Applications[applicationId].ToPatchRequestInformation(rest), cancel, isUrgent: true)).Failure
            ?? new Outcome.Done(applicationId);
    }

    /// <summary>Who owns an application or a service principal.</summary>
    public Task<(Outcome Outcome, IReadOnlyList<string>? Ids)> OwnersAsync(EntraObject kind, string id, CancellationToken cancel) =>
        LinkedAsync($"{Name(kind)}/{{id}}/owners", Address(kind, id, "owners"), cancel);

    /// <summary>Adds an owner; one who is owner already is done.</summary>
    public Task<Outcome> AddOwnerAsync(EntraObject kind, string id, string ownerId, CancellationToken cancel) =>
        AddAsync($"{Name(kind)}/{{id}}/owners", Address(kind, id, "owners"), ownerId, cancel);

    /// <summary>Removes an owner; one who is none is done. The last owner stays: somebody has to answer for it.</summary>
    public Task<Outcome> RemoveOwnerAsync(EntraObject kind, string id, string ownerId, CancellationToken cancel) =>
        RemoveAsync($"{Name(kind)}/{{id}}/owners", Address(kind, id, "owners"), ownerId, "owner", cancel);

    /// <summary>Lets a service principal, and with it a managed or an agent identity, ask for tokens, or keeps it from that.</summary>
    public async Task<Outcome> SetEnabledAsync(string servicePrincipalId, bool enabled, CancellationToken cancel)
    {
        var info = _client.Graph.ServicePrincipals[servicePrincipalId].ToPatchRequestInformation(new ServicePrincipal { AccountEnabled = enabled });
        return (await _client.SendAsync("PATCH servicePrincipals/{id}", info, cancel, isUrgent: !enabled)).Failure ?? new Outcome.Done(servicePrincipalId);
    }

    /// <summary>Who sponsors an agent identity.</summary>
    public Task<(Outcome Outcome, IReadOnlyList<string>? Ids)> SponsorsAsync(string agentId, CancellationToken cancel) =>
        LinkedAsync(Sponsors, AddressOfSponsors(agentId), cancel);

    /// <summary>Adds a sponsor of an agent identity; one who is sponsor already is done.</summary>
    public Task<Outcome> AddSponsorAsync(string agentId, string sponsorId, CancellationToken cancel) =>
        AddAsync(Sponsors, AddressOfSponsors(agentId), sponsorId, cancel);

    /// <summary>Removes a sponsor of an agent identity; one who is none is done. The last one stays: Entra ID takes no agent without.</summary>
    public Task<Outcome> RemoveSponsorAsync(string agentId, string sponsorId, CancellationToken cancel) =>
        RemoveAsync(Sponsors, AddressOfSponsors(agentId), sponsorId, "sponsor", cancel);

    /// <summary>
    /// Lets somebody sponsor an agent identity in another's place: the new sponsor is added first, so that there is one at every moment.
    /// <see href="https://learn.microsoft.com/en-us/graph/api/resources/agentidentity"/>
    /// </summary>
    public async Task<Outcome> ReplaceSponsorAsync(string agentId, string leaverId, string successorId, CancellationToken cancel)
    {
        if (await AddSponsorAsync(agentId, successorId, cancel) is var added && added is not Outcome.Done)
            return added;
        return leaverId == successorId ? new Outcome.Done(agentId) : await RemoveSponsorAsync(agentId, leaverId, cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOwner)
            _client.Dispose();
    }

    private static string Name(EntraObject kind) => kind == EntraObject.Application ? "applications" : "servicePrincipals";

    private Uri Address(EntraObject kind, string id, string what) => new($"{_client.AddressOf(Name(kind), id)}/{what}");

    // Microsoft.Graph 5.92 knows no agents.
    private Uri AddressOfSponsors(string agentId) => Address(EntraObject.ServicePrincipal, agentId, "microsoft.graph.agentIdentity/sponsors");

    private async Task<(Application? Application, Outcome? Failure)> ReadAsync(string id, CancellationToken cancel)
    {
        const string Call = "GET applications/{id}";
        var info = _client.Graph.Applications[id].ToGetRequestInformation(
            request => request.QueryParameters.Select = ["id", "passwordCredentials", "keyCredentials"]);
        var reply = await _client.SendAsync(Call, info, cancel);
        if (reply.Failure is { } failure)
            return (null, failure);
        return reply.As(Application.CreateFromDiscriminatorValue) is { Id: not null } application
            ? (application, null)
            : (null, EntraFailures.Unreadable(Call, reply.Status));
    }

    private async Task<(Outcome Outcome, IReadOnlyList<string>? Ids)> LinkedAsync(string name, Uri address, CancellationToken cancel)
    {
        var call = "GET " + name;
        var info = new RequestInformation { HttpMethod = Method.GET, URI = new Uri(address + "?$select=id") };
        var ids = new List<string>();
        var reply = await _client.SendAsync(call, info, cancel);
        while (true)
        {
            if (reply.Failure is { } failure)
                return (failure, null);
            if (reply.As(DirectoryObjectCollectionResponse.CreateFromDiscriminatorValue) is not { Value: { } page } answer)
                return (EntraFailures.Unreadable(call, reply.Status), null);
            ids.AddRange(page.Select(o => o.Id).OfType<string>());
            if (answer.OdataNextLink is null)
                return (new Outcome.Done(), ids);
            reply = await _client.NextAsync(call, info.URI, answer.OdataNextLink, info.Headers, cancel);
        }
    }

    private async Task<Outcome> AddAsync(string name, Uri address, string id, CancellationToken cancel)
    {
        var info = new RequestInformation { HttpMethod = Method.POST, URI = new Uri(address + "/$ref") };
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string> { ["@odata.id"] = _client.AddressOf("directoryObjects", id) }));
        info.SetStreamContent(content, "application/json");
        var reply = await _client.SendAsync($"POST {name}/$ref", info, cancel);
        return reply.Failure is null || reply.IsLinked ? new Outcome.Done(id) : reply.Failure;
    }

    private async Task<Outcome> RemoveAsync(string name, Uri address, string id, string what, CancellationToken cancel)
    {
        var (outcome, ids) = await LinkedAsync(name, address, cancel);
        if (ids is null)
            return outcome;
        if (!ids.Contains(id, StringComparer.OrdinalIgnoreCase))
            return new Outcome.Done(id);
        if (ids.Count == 1)
            return new Outcome.Rejected($"DELETE {name}/{{id}}/$ref: it is the last {what}. Name another one first.");
        var info = new RequestInformation { HttpMethod = Method.DELETE, URI = new Uri($"{address}/{Uri.EscapeDataString(id)}/$ref") };
        var reply = await _client.SendAsync($"DELETE {name}/{{id}}/$ref", info, cancel);
        return reply.IsGone ? new Outcome.Done(id) : reply.Failure ?? new Outcome.Done(id);
    }
}
