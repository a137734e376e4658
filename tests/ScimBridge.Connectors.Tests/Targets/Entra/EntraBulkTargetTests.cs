using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>
/// API-driven inbound provisioning, against the stand-in. The contract suite is not for it: it reads every account back, which nobody can here.
/// </summary>
public sealed class EntraBulkTargetTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private EntraTenant _tenant = null!;
    private EntraBulkTarget _target = null!;
    private string _principal = "";
    private string _job = "";

    private GraphState State => _tenant.State;

    public async Task InitializeAsync()
    {
        _tenant = await EntraTenant.StartAsync(app: new GraphApp(EntraTenant.ClientId, ["SynchronizationData-User.Upload"]) { Secret = EntraTenant.Secret });
        _principal = State.Add("servicePrincipal", """{"displayName":"HR to Entra"}""");
        _job = State.AddJob(_principal);
        _target = Open();
    }

    public async Task DisposeAsync()
    {
        _target.Dispose();
        await _tenant.DisposeAsync();
    }

    [Fact]
    public void It_declares_what_it_can_and_no_more()
    {
        var kind = TargetKinds.All["entra-bulk"];
        using var target = kind.Open(Options(), TimeProvider.System);

        Assert.Equal(
            (true, false, false, false),
            (target.Capabilities.Disable, target.Capabilities.Delete, target.Capabilities.Groups, target.Capabilities.FindByCorrelationKey));
    }

    [Fact]
    public async Task User_is_accepted_and_made_in_the_next_cycle_and_again_makes_no_second()
    {
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(new Outcome.Done("50117"), await _target.CreateAsync(User(employeeNumber: "50117", manager: "40001"), None));
            if (time == 0)
                Assert.Empty(State.Ids("user"));
            State.RunJobs();
        }

        var id = Assert.Single(State.Ids("user"));
        Assert.Equal(("mira.holt@corp.example", "Sales", "true"), (State.Property(id, "userPrincipalName"), State.Property(id, "department"), State.Property(id, "accountEnabled")));
    }

    [Fact]
    public async Task Upload_is_a_bulk_request_as_the_vendor_shows_it()
    {
        await _target.UpdateAsync(AccountKind.User, "7172023", [new(Enterprise, "department", "Tour Ops")], active: false, None);

        // https://learn.microsoft.com/en-us/graph/api/synchronization-synchronizationjob-post-bulkupload, example 3
        var upload = Assert.Single(_tenant.Exchanges);
        Assert.Equal($"/servicePrincipals/{_principal}/synchronization/jobs/{_job}/bulkUpload", upload.Path);
        var sent = JsonNode.Parse(upload.Request)!;
        sent["Operations"]![0]!["bulkId"] = "7172023";
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                """
                {
                  "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                  "Operations": [
                    {
                      "method": "POST",
                      "bulkId": "7172023",
                      "path": "/Users",
                      "data": {
                        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                        "externalId": "7172023",
                        "active": false,
                        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Tour Ops" }
                      }
                    }
                  ],
                  "failOnErrors": null
                }
                """),
            sent), upload.Request);
    }

    [Fact]
    public async Task Change_leaves_the_rest_as_it_was_and_disables()
    {
        await _target.CreateAsync(User(employeeNumber: "50117"), None);
        State.RunJobs();

        Assert.Equal(new Outcome.Done("50117"), await _target.UpdateAsync(AccountKind.User, "50117", [Title("Lead")], active: false, None));
        State.RunJobs();

        var id = Assert.Single(State.Ids("user"));
        Assert.Equal(("Lead", "Sales", "false"), (State.Property(id, "jobTitle"), State.Property(id, "department"), State.Property(id, "accountEnabled")));
    }

    [Fact]
    public async Task What_cannot_be_cleared_is_said_and_the_rest_is_handed_over()
    {
        await _target.CreateAsync(User(employeeNumber: "50117"), None);

        var rejected = Assert.IsType<Outcome.Rejected>(await _target.UpdateAsync(AccountKind.User, "50117", [Title(null), new(Enterprise, "department", "Ops")], active: null, None));
        State.RunJobs();

        Assert.Contains("title", rejected.Reason, StringComparison.Ordinal);
        Assert.Equal("Ops", State.Property(Assert.Single(State.Ids("user")), "department"));
    }

    [Fact]
    public async Task Who_has_nothing_to_be_matched_by_is_rejected()
    {
        Assert.Contains("employeeNumber", Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(User(), None)).Reason, StringComparison.Ordinal);
        Assert.Empty(_tenant.Exchanges);
    }

    [Fact]
    public async Task Many_at_once_go_into_few_uploads_of_fifty()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 120).Select(i => _target.CreateAsync(User($"user{i}@corp.example", $"{i}"), None)));

        Assert.All(outcomes, outcome => Assert.IsType<Outcome.Done>(outcome));
        var sizes = _tenant.Exchanges.Select(e => JsonNode.Parse(e.Request)!["Operations"]!.AsArray().Count).ToList();
        Assert.Equal(120, sizes.Sum());
        Assert.All(sizes, size => Assert.InRange(size, 1, 50));
        Assert.InRange(sizes.Count, 3, 6);
    }

    [Theory]
    [InlineData(FaultKind.Throttle, true)]
    [InlineData(FaultKind.Error, false)]
    [InlineData(FaultKind.LostReply, false)]
    public async Task Upload_that_fails_is_tried_again_and_does_no_harm(FaultKind kind, bool untouched)
    {
        State.Faults.Add(new FaultRule { Kind = kind, PathContains = "bulkUpload", Next = 1, RetryAfterSeconds = 5 });

        Assert.Equal(untouched, Assert.IsType<Outcome.Retry>(await _target.CreateAsync(User(employeeNumber: "50117"), None)).Untouched);
        Assert.IsType<Outcome.Done>(await _target.CreateAsync(User(employeeNumber: "50117"), None));
        State.RunJobs();
        Assert.Single(State.Ids("user"));
    }

    [Fact]
    public async Task Job_that_is_not_there_and_permission_that_is_missing_stop()
    {
        using var target = Open(o => o.JobId = "API2AAD.none");
        Assert.Contains("jobId", Assert.IsType<Outcome.Stop>(await target.CreateAsync(User(employeeNumber: "50117"), None)).Reason, StringComparison.Ordinal);

        await using var tenant = await EntraTenant.StartAsync();
        using var other = Open(o => (o.BaseUrl, o.AuthorityHost) = (tenant.Options().BaseUrl, tenant.Options().AuthorityHost));
        Assert.Contains("SynchronizationData-User.Upload", Assert.IsType<Outcome.Stop>(await other.CreateAsync(User(employeeNumber: "50117"), None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_leaves_nobody_waiting()
    {
        var target = Open();
        State.Faults.Add(new FaultRule { Kind = FaultKind.Timeout, PathContains = "bulkUpload", Always = true, Milliseconds = 10_000 });
        var waiting = target.CreateAsync(User(employeeNumber: "50117"), None);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => target.CreateAsync(User(employeeNumber: "50118"), cancel.Token));

        target.Dispose();

        Assert.IsType<Outcome.Retry>(await waiting);
    }

    [Fact]
    public void Faults_are_listed_with_their_path()
    {
        var options = Options();
        (options.ServicePrincipalId, options.JobId, options.ExternalId) = ("x", "a b", "[");

        Assert.Equal(["servicePrincipalId", "jobId", "externalId"], options.Faults().Select(f => f.Path));
    }

    private EntraBulkTargetOptions Options()
    {
        var like = _tenant.Options();
        return new EntraBulkTargetOptions
        {
            TenantId = like.TenantId,
            ClientId = like.ClientId,
            Credential = like.Credential,
            BaseUrl = like.BaseUrl,
            AuthorityHost = like.AuthorityHost,
            AllowPrivateAddresses = true,
            TimeoutSeconds = 5,
            ServicePrincipalId = _principal,
            JobId = _job,
        };
    }

    private EntraBulkTarget Open(Action<EntraBulkTargetOptions>? set = null)
    {
        var options = Options();
        set?.Invoke(options);
        return new EntraBulkTarget(options, TimeProvider.System);
    }
}
