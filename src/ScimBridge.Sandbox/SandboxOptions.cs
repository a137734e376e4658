using ScimBridge.Sandbox.Graph;
using ScimBridge.Sandbox.Hris;
using ScimBridge.Sandbox.Okta;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Sandbox.Vault;

namespace ScimBridge.Sandbox;

/// <summary>What a sandbox runs and where.</summary>
public sealed record SandboxOptions
{
    /// <summary>The port on 127.0.0.1; 0: any that is free.</summary>
    public int Port { get; init; }

    /// <summary>The SCIM targets.</summary>
    public IReadOnlyList<ScimTargetOptions> Targets { get; init; } = [];

    /// <summary>The HR systems.</summary>
    public IReadOnlyList<HrisOptions> Sources { get; init; } = [];

    /// <summary>The Okta orgs.</summary>
    public IReadOnlyList<OktaOptions> Orgs { get; init; } = [];

    /// <summary>The Microsoft Entra tenants.</summary>
    public IReadOnlyList<GraphOptions> Tenants { get; init; } = [];

    /// <summary>The clock behind meta, Retry-After dates and the limit per second.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The vaults.</summary>
    public IReadOnlyList<VaultSandboxOptions> Vaults { get; init; } = [];
}
