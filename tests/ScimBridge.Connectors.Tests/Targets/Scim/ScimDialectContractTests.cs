using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget;
using ScimTargetOptions = ScimBridge.Connectors.Targets.Scim.ScimTargetOptions;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

public sealed class ScimTargetContractTests : ScimContractTests
{
    protected override string Dialect => "rfc";

    protected override ScimTargetSettings Settings { get; } = new();

    protected override TimeProvider Clock => TimeProvider.System;

    [Fact]
    public async Task Date_in_retry_after_is_a_time_to_wait()
    {
        System.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Next = 1, RetryAfterSeconds = 60, RetryAfterAsDate = true });

        var retry = Assert.IsType<Outcome.Retry>(await Target.CreateAsync(User("ann"), CancellationToken.None));

        Assert.InRange(retry.After!.Value.TotalSeconds, 30, 60);
    }
}

/// <summary>A server that takes no PATCH, and says so in its own description alone.</summary>
public sealed class PutContractTests : ScimContractTests
{
    protected override string Dialect => "rfc";

    protected override ScimTargetSettings Settings { get; } = new() { UserPatch = false, GroupPatch = false };

    // What is discovered has a time to be discovered in.
    protected override TimeProvider Clock => TimeProvider.System;
}

/// <summary>A server that takes operations without paths, no filters in those there are, and does not let itself be asked what it can do.</summary>
public sealed class PathlessContractTests : ScimContractTests
{
    protected override string Dialect => "rfc";

    protected override ScimTargetSettings Settings { get; } = new() { PathFilters = false, Describes = ScimSelfDescription.Protected };

    protected override void Configure(ScimTargetOptions options)
    {
        options.PatchForm = ScimPatchForm.Pathless;
        options.MemberPatch = ScimMemberPatch.Values;
    }
}

/// <summary>A server that looks at no filter and writes everything its own way.</summary>
public sealed class OddServerContractTests : ScimContractTests
{
    protected override bool TellsMemberships => false;

    protected override string Dialect => "rfc";

    protected override ScimTargetSettings Settings { get; } = new()
    {
        IgnoresFilters = true, NumericIds = true, LowerCase = true, MaxPageSize = 50, ETags = false, Errors = ScimErrorShape.Plain,
    };

    protected override TimeProvider Clock => TimeProvider.System;
}

public sealed class AwsIdentityCenterContractTests : ScimContractTests
{
    protected override string Dialect => "aws-identity-center";

    protected override ScimTargetSettings Settings => ScimVendors.AwsIdentityCenter;

    [Fact]
    public async Task User_of_two_addresses_is_made_with_the_one_that_is_taken()
    {
        var user = User("ann");
        user.Attributes["emails"]!.AsArray().Insert(0, new JsonObject { ["value"] = "home@x.example", ["type"] = "home" });

        Assert.IsType<Outcome.Done>(await Target.CreateAsync(user, CancellationToken.None));

        Assert.Contains("ann@corp.example", System.FindUser("ann")!.Json, StringComparison.Ordinal);
        Assert.DoesNotContain("home@x.example", System.FindUser("ann")!.Json, StringComparison.Ordinal);
    }
}

public sealed class GitHubContractTests : ScimContractTests
{
    protected override bool TellsMemberships => false;

    protected override string Dialect => "github";

    protected override ScimTargetSettings Settings => ScimVendors.GitHub;
}

public sealed class SlackContractTests : ScimContractTests
{
    protected override string Dialect => "slack";

    protected override ScimTargetSettings Settings => ScimVendors.Slack;
}

public sealed class AtlassianContractTests : ScimContractTests
{
    protected override bool TellsMemberships => false;

    protected override string Dialect => "atlassian";

    protected override ScimTargetSettings Settings => ScimVendors.Atlassian;
}

public sealed class DatabricksContractTests : ScimContractTests
{
    protected override string Dialect => "databricks";

    protected override ScimTargetSettings Settings => ScimVendors.Databricks;
}

public sealed class SnowflakeContractTests : ScimContractTests
{
    protected override string Dialect => "snowflake";

    protected override ScimTargetSettings Settings => ScimVendors.Snowflake;
}

public sealed class SalesforceContractTests : ScimContractTests
{
    protected override string Dialect => "salesforce";

    protected override ScimTargetSettings Settings => ScimVendors.Salesforce;

    protected override JsonObject MoreOfUsers => new()
    {
        ["entitlements"] = new JsonArray(new JsonObject { ["value"] = "00e2x000000K4Yv", ["primary"] = true }),
    };
}

public sealed class EntraScimContractTests : ScimContractTests
{
    protected override bool TellsMemberships => false;

    protected override string Dialect => "entra-scim";

    protected override ScimTargetSettings Settings => ScimVendors.EntraScim;

    protected override JsonObject MoreOfUsers => new()
    {
        ["password"] = "Corr3ct-horse",
        ["urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User"] = new JsonObject { ["mailNickname"] = "nick" },
    };

    protected override void Configure(ScimTargetOptions options) => options.Groups = true;
}

public sealed class GoogleCloudIdentityContractTests : ScimContractTests
{
    protected override bool TellsMemberships => false;

    protected override bool HasPages => false;

    protected override string Dialect => "google-cloud-identity";

    protected override ScimTargetSettings Settings => ScimVendors.GoogleCloudIdentity;
}
