using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ScimBridge.Sandbox.Graph;
using ScimBridge.Sandbox.Hris;
using ScimBridge.Sandbox.Hris.BambooHr;
using ScimBridge.Sandbox.Hris.Personio;
using ScimBridge.Sandbox.Hris.Rest;
using ScimBridge.Sandbox.Hris.SuccessFactors;
using ScimBridge.Sandbox.Hris.Workday;
using ScimBridge.Sandbox.Okta;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Sandbox.Vault;

namespace ScimBridge.Sandbox;

/// <summary>
/// Stand-ins for the systems that accounts are delivered to and that workers come from, over real HTTP on 127.0.0.1.
/// Stateful, with faults to switch on. Takes no settings from its surroundings, so it runs inside another process as it runs alone.
/// </summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication running;
    private readonly Dictionary<string, ScimTargetState> states;

    private readonly Dictionary<string, HrisState> systems;

    private readonly Dictionary<string, OktaState> oktas;

    private readonly Dictionary<string, GraphState> graphs;

    private readonly Dictionary<string, VaultState> vaults;

    private SandboxHost(
        WebApplication app,
        Dictionary<string, ScimTargetState> targets,
        Dictionary<string, HrisState> sources,
        Dictionary<string, OktaState> orgs,
        Dictionary<string, GraphState> tenants,
        Dictionary<string, VaultState> safes,
        Uri baseAddress)
    {
        running = app;
        states = targets;
        systems = sources;
        oktas = orgs;
        graphs = tenants;
        vaults = safes;
        BaseAddress = baseAddress;
    }

    /// <summary>Where it listens, as http://127.0.0.1:5090/.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Starts; throws an <see cref="IOException"/> if the port is taken.</summary>
    public static async Task<SandboxHost> StartAsync(SandboxOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var targets = options.Targets.ToDictionary(
            target => CheckName(target.Name),
            target => new ScimTargetState(target, options.Clock),
            StringComparer.OrdinalIgnoreCase);
        var sources = options.Sources.ToDictionary(
            source => CheckName(source.Name),
            source => new HrisState(source, options.Clock),
            StringComparer.OrdinalIgnoreCase);
        var orgs = options.Orgs.ToDictionary(
            org => CheckName(org.Name),
            org => new OktaState(org, options.Clock),
            StringComparer.OrdinalIgnoreCase);
        var tenants = options.Tenants.ToDictionary(
            tenant => CheckName(tenant.Name),
            tenant => new GraphState(tenant, options.Clock),
            StringComparer.OrdinalIgnoreCase);

        var safes = options.Vaults.ToDictionary(
            vault => CheckName(vault.Name),
            vault => new VaultState(vault, options.Clock),
            StringComparer.OrdinalIgnoreCase);

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));

        var app = builder.Build();
        MapScim(app, targets);
        MapHris(app, sources);
        MapOkta(app, orgs);
        MapGraph(app, tenants);
        app.Map("/vaults/{name}/v1/{**path}", (RequestDelegate)(http =>
            safes.TryGetValue((string)http.GetRouteValue("name")!, out var vault)
                ? vault.HandleAsync(http, (string?)http.GetRouteValue("path") ?? "")
                : SandboxApi.NoSuchTargetAsync(http)));
        SandboxApi.Map(app, targets);
        HrisApi.Map(app, sources);
        OktaApi.Map(app, orgs);
        GraphApi.Map(app, tenants);
        HomePage.Map(app, targets);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(app, targets, sources, orgs, tenants, safes, new(address));
    }

    /// <summary>The target with this name, from the inside.</summary>
    public ScimTargetState Target(string name) =>
        states.GetValueOrDefault(name) ?? throw new ArgumentException($"The sandbox has no target {name}.", nameof(name));

    /// <summary>The SCIM base URL of a target.</summary>
    public Uri ScimAddress(string name) => new(BaseAddress, $"targets/{Target(name).Name}/scim/v2/");

    /// <summary>The token service of a SCIM target.</summary>
    public Uri TokenAddress(string name) => new(BaseAddress, $"targets/{Target(name).Name}/oauth2/token");

    /// <summary>The HR system with this name, from the inside.</summary>
    public HrisState Source(string name) =>
        systems.GetValueOrDefault(name) ?? throw new ArgumentException($"The sandbox has no source {name}.", nameof(name));

    /// <summary>The base URL of an HR system.</summary>
    public Uri SourceAddress(string name) => new(BaseAddress, $"sources/{Source(name).Name}");

    /// <summary>The Okta org with this name, from the inside.</summary>
    public OktaState Org(string name) =>
        oktas.GetValueOrDefault(name) ?? throw new ArgumentException($"The sandbox has no org {name}.", nameof(name));

    /// <summary>The address of an Okta org.</summary>
    public Uri OrgAddress(string name) => new(BaseAddress, $"orgs/{Org(name).Name}");

    /// <summary>The Microsoft Entra tenant with this name, from the inside.</summary>
    public GraphState Tenant(string name) =>
        graphs.GetValueOrDefault(name) ?? throw new ArgumentException($"The sandbox has no tenant {name}.", nameof(name));

    /// <summary>Where Microsoft Graph is for a tenant; its tokens are had at <see cref="BaseAddress"/>, as <c>TENANT-ID/oauth2/v2.0/token</c>.</summary>
    public Uri GraphAddress(string name) => new(BaseAddress, $"tenants/{Tenant(name).Name}");

    /// <summary>The vault with this name, from the inside.</summary>
    public VaultState Vault(string name) =>
        vaults.GetValueOrDefault(name) ?? throw new ArgumentException($"The sandbox has no vault {name}.", nameof(name));

    /// <summary>The address of a vault.</summary>
    public Uri VaultAddress(string name) => new(BaseAddress, $"vaults/{Vault(name).Name}");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await running.StopAsync();
        await running.DisposeAsync();
    }

    private static void MapScim(WebApplication app, Dictionary<string, ScimTargetState> targets)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var endpoints = targets.ToDictionary(
            target => target.Key, target => new ScimEndpoint(target.Value, stopping), StringComparer.OrdinalIgnoreCase);
        app.Map("/targets/{name}/scim/v2/{**path}", (RequestDelegate)(http =>
            endpoints.TryGetValue((string)http.GetRouteValue("name")!, out var endpoint)
                ? endpoint.HandleAsync(http, (string?)http.GetRouteValue("path") ?? "")
                : SandboxApi.NoSuchTargetAsync(http)));
        app.MapMethods("/targets/{name}/api/me", ["GET"], (RequestDelegate)(http =>
            targets.TryGetValue((string)http.GetRouteValue("name")!, out var target) ? ProductEndpoint.HandleAsync(http, target) : SandboxApi.NoSuchTargetAsync(http)));
        app.Map("/targets/{name}/oauth2/token", (RequestDelegate)(http =>
            targets.TryGetValue((string)http.GetRouteValue("name")!, out var target) ? target.TokenService.HandleAsync(http) : SandboxApi.NoSuchTargetAsync(http)));
    }

    private static void MapHris(WebApplication app, Dictionary<string, HrisState> sources)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var endpoints = sources.ToDictionary(
            source => source.Key, source => new HrisEndpoint(source.Value, SystemOf(source.Value), stopping), StringComparer.OrdinalIgnoreCase);
        app.Map("/sources/{name}/{**path}", (RequestDelegate)(http =>
            endpoints.TryGetValue((string)http.GetRouteValue("name")!, out var endpoint)
                ? endpoint.HandleAsync(http, (string?)http.GetRouteValue("path") ?? "")
                : HrisApi.NoSuchSourceAsync(http)));
    }

    private static void MapOkta(WebApplication app, Dictionary<string, OktaState> orgs)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var endpoints = orgs.ToDictionary(org => org.Key, org => new OktaEndpoint(org.Value, stopping), StringComparer.OrdinalIgnoreCase);
        app.Map("/orgs/{name}/{**path}", (RequestDelegate)(http =>
            endpoints.TryGetValue((string)http.GetRouteValue("name")!, out var endpoint)
                ? endpoint.HandleAsync(http, (string?)http.GetRouteValue("path") ?? "")
                : SandboxApi.NoSuchTargetAsync(http)));
    }

    private static void MapGraph(WebApplication app, Dictionary<string, GraphState> tenants)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        var endpoints = tenants.ToDictionary(tenant => tenant.Key, tenant => new GraphEndpoint(tenant.Value, stopping), StringComparer.OrdinalIgnoreCase);
        var issuers = tenants.ToDictionary(tenant => tenant.Value.TenantId, tenant => endpoints[tenant.Key], StringComparer.OrdinalIgnoreCase);
        app.Map("/{tenant:guid}/oauth2/v2.0/token", (RequestDelegate)(http =>
            issuers.TryGetValue((string)http.GetRouteValue("tenant")!, out var endpoint) ? endpoint.HandleTokenAsync(http) : SandboxApi.NoSuchTargetAsync(http)));

        // As it is on the wire: ids and keys may have slashes and percents of their own.
        foreach (var version in new[] { "/v1.0/", "/beta/" })
        {
            app.Map($"/tenants/{{name}}{version}{{**path}}", (RequestDelegate)(http =>
            {
                var raw = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
                return endpoints.TryGetValue((string)http.GetRouteValue("name")!, out var endpoint)
                    ? endpoint.HandleAsync(http, raw[(raw.IndexOf(version, StringComparison.Ordinal) + version.Length)..], isBeta: version == "/beta/")
                    : SandboxApi.NoSuchTargetAsync(http);
            }));
        }
    }

    private static IHrisSystem SystemOf(HrisState state) => state.Kind switch
    {
        HrisKind.Workday => new WorkdayReport(state),
        HrisKind.SuccessFactors => new ODataService(state),
        HrisKind.BambooHr => new EmployeeList(state),
        HrisKind.Personio => new PersonList(state),
        _ => new WorkerList(state),
    };

    private static string CheckName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? name
            : throw new ArgumentException($"'{name}' is no name for a target, a source, an org, a tenant or a vault: letters, digits, - and _ only.", nameof(name));
}
