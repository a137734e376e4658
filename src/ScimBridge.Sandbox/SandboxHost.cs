using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ScimBridge.Sandbox.ScimTarget;

namespace ScimBridge.Sandbox;

/// <summary>
/// Stand-ins for the systems that accounts are delivered to, over real HTTP on 127.0.0.1. Stateful, with faults to
/// switch on. Takes no settings from its surroundings, so it runs inside another process as it runs alone.
/// </summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication running;
    private readonly Dictionary<string, ScimTargetState> states;

    private SandboxHost(WebApplication app, Dictionary<string, ScimTargetState> targets, Uri baseAddress)
    {
        running = app;
        states = targets;
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
        SandboxApi.Map(app, targets);
        HomePage.Map(app, targets);
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new(app, targets, new(address));
    }

    /// <summary>The target with this name, from the inside.</summary>
    public ScimTargetState Target(string name) =>
        states.GetValueOrDefault(name) ?? throw new ArgumentException($"The sandbox has no target {name}.", nameof(name));

    /// <summary>The SCIM base URL of a target.</summary>
    public Uri ScimAddress(string name) => new(BaseAddress, $"targets/{Target(name).Name}/scim/v2/");

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
    }

    private static string CheckName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? name
            : throw new ArgumentException($"'{name}' is no name for a target: letters, digits, - and _ only.", nameof(name));
}
