using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Asks the service provider what it can do (RFC 7644 section 4): at the first call, and every day. Each document may be absent,
/// protected or wrong: what cannot be read says nothing, and no delivery fails or waits long for it.
/// </summary>
internal sealed class ScimDiscovery(ScimClient client, ScimTraits[] known, bool asks, TimeProvider clock) : IDisposable
{
    /// <summary>After a whole answer, or a plain no.</summary>
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    /// <summary>After a service that was out of order.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);

    // Deliveries wait for this, leavers among them.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile Heard? _heard = asks ? null : new Heard(ScimSwitches.Of(known), DateTimeOffset.MaxValue);

    /// <summary>How the service provider is spoken to, as far as is known by now.</summary>
    public async ValueTask<ScimSwitches> SwitchesAsync(CancellationToken cancel)
    {
        var heard = _heard;
        if (heard is not null && heard.Until > clock.GetUtcNow())
            return heard.Switches;

        // One asks; who has an answer of yesterday goes on with it meanwhile.
        if (heard is not null && !await _asking.WaitAsync(TimeSpan.Zero, cancel))
            return heard.Switches;
        if (heard is null)
            await _asking.WaitAsync(cancel);
        try
        {
            if (_heard is { } already && already.Until > clock.GetUtcNow())
                return already.Switches;
            var (traits, isWhole) = await AskAsync(cancel);
            if (!isWhole && heard is not null)
                _heard = heard with { Until = clock.GetUtcNow() + Soon };
            else
                _heard = new Heard(ScimSwitches.Of([.. known, traits]), clock.GetUtcNow() + (isWhole ? Daily : Soon));
            return _heard.Switches;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async Task<(ScimTraits Traits, bool IsWhole)> AskAsync(CancellationToken cancel)
    {
        var traits = new ScimTraits();
        var began = clock.GetTimestamp();

        // Salesforce and version 1.1 say it in the plural.
        var config = await GetAsync("ServiceProviderConfig", began, cancel);
        if (config.IsGone)
            config = await GetAsync("ServiceProviderConfigs", began, cancel);
        ReadConfig(config.Body, traits);
        var types = await GetAsync("ResourceTypes", began, cancel);
        ReadTypes(types.Body, traits);
        var schemas = await GetAsync("Schemas", began, cancel);
        ReadSchemas(schemas.Body, traits);
        return (traits, Answered(config) && Answered(types) && Answered(schemas));
    }

    /// <summary>All of it together takes no longer than one who waits can wait.</summary>
    private Task<ScimReply> GetAsync(string path, long began, CancellationToken cancel)
    {
        var left = Longest - clock.GetElapsedTime(began);
        return left <= TimeSpan.Zero
            ? Task.FromResult(default(ScimReply))
            : client.SendAsync(HttpMethod.Get, path, default, cancel, longest: left);
    }

    private static bool Answered(ScimReply reply) => reply.Status is > 0 and not (408 or 425 or 429) and < 500 or 501;

    // RFC 7643 section 5; cursors: RFC 9865 section 4.
    private static void ReadConfig(JsonObject? body, ScimTraits traits)
    {
        var config = Listed(body).FirstOrDefault() ?? body;
        if (Supported("patch") == false)
            traits.UserUpdate = traits.GroupUpdate = ScimUpdate.Put;
        traits.ETags = Supported("etag");
        if (Supported("filter") == false)
            (traits.UserFilters, traits.GroupFilters) = ([], []);
        if (ScimJson.Number(ScimJson.Get(config, "filter") as JsonObject, "maxResults") is > 0 and var most)
            traits.PageSize = Math.Min(most, ScimSwitches.DefaultPageSize);
        if (ScimJson.Get(config, "pagination") is JsonObject pagination && ScimJson.Truth(pagination, "index") == false)
            traits.Paging = ScimJson.Truth(pagination, "cursor") == true ? ScimPaging.Cursor : ScimPaging.None;

        bool? Supported(string feature) => ScimJson.Truth(ScimJson.Get(config, feature) as JsonObject, "supported");
    }

    // RFC 7643 section 6.
    private static void ReadTypes(JsonObject? body, ScimTraits traits)
    {
        var types = Listed(body).ToList();
        traits.UsersPath = Endpoint(AccountKind.User);
        traits.GroupsPath = Endpoint(AccountKind.Group);

        // A list that has users is believed where it has no groups.
        if (traits.UsersPath is not null && !types.Exists(type => IsOf(type, AccountKind.Group)))
            traits.Groups = false;

        string? Endpoint(AccountKind kind) =>
            ScimJson.Text(types.Find(type => IsOf(type, kind)), "endpoint")?.Trim('/') is { } path && ScimTargetFaults.Segment().IsMatch(path) ? path : null;

        static bool IsOf(JsonObject type, AccountKind kind) =>
            string.Equals(ScimJson.Text(type, "schema"), ScimSchemas.Core(kind), StringComparison.OrdinalIgnoreCase);
    }

    // RFC 7643 section 7. What it says is required is not believed: an account would be refused for a mistake of the document.
    private static void ReadSchemas(JsonObject? body, ScimTraits traits)
    {
        var omit = new List<string>();
        foreach (var schema in Listed(body))
        {
            var urn = ScimJson.Text(schema, "id");
            var isCore = string.Equals(urn, ScimSchemas.Core(AccountKind.User), StringComparison.OrdinalIgnoreCase);
            if (urn is null || (!isCore && !urn.Contains(":extension:", StringComparison.OrdinalIgnoreCase)))
                continue;
            foreach (var attribute in (ScimJson.Get(schema, "attributes") as JsonArray ?? []).OfType<JsonObject>())
            {
                if (ScimJson.Text(attribute, "name") is { } name && ScimJson.Text(attribute, "mutability") == "readOnly")
                    omit.Add(isCore ? name : $"{urn}:{name}");
            }
        }

        if (omit.Count > 0)
            traits.Omit = omit;
    }

    private static IEnumerable<JsonObject> Listed(JsonObject? body) => (ScimJson.Get(body, "Resources") as JsonArray ?? []).OfType<JsonObject>();

    private sealed record Heard(ScimSwitches Switches, DateTimeOffset Until);
}
