using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>Identities that nobody knows are proposed and never adopted; what is known is kept in step; on both databases.</summary>
public sealed class DiscoverTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_nobody_knows_is_proposed_with_who_may_own_it_and_nothing_is_done_to_it(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        await test.Bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bob", "Dahl"));
        var (annId, bobId) = (await ServiceAccounts.UserAsync(test.Bridge, "1"), await ServiceAccounts.UserAsync(test.Bridge, "2"));
        var ann = test.Tenant.Add("user", """{"displayName":"Ann","userPrincipalName":"ann@corp.example"}""");
        var bob = test.Tenant.Add("user", """{"displayName":"Bob","userPrincipalName":"bob@corp.example"}""");
        await LinkAsync(test, "entra", (annId, ann), (bobId, bob));
        var (id, _, keyId, _) = test.AddApplication();
        test.Tenant.Link("owners", id, ann);
        var agent = test.Tenant.Add("servicePrincipal", """{"displayName":"Invoice agent","servicePrincipalType":"ServiceIdentity","accountEnabled":true}""");
        test.Tenant.Link("sponsors", agent, bob);
        var oktaAnn = test.Org.AddUser("ACTIVE", """{"login":"ann@corp.example","email":"ann@corp.example","firstName":"Ann","lastName":"Holt"}""");
        await LinkAsync(test, "okta", (annId, oktaAnn));
        var (tokenId, _) = test.Org.People.MakeApiToken(oktaAnn, "pipeline");
        var before = test.Tenant.StateJson();

        foreach (var target in new[] { "entra", "okta", "product" })
            await test.Bridge.RunAsync(DrainKind.Discover, target);

        Assert.Equal(before, test.Tenant.StateJson());
        var application = await FoundAsync(test, "entra", id);
        Assert.Equal((ServiceAccountState.Proposed, ServiceAccountKind.AppRegistration, keyId), (application.State, application.Kind, Assert.Single(application.Credentials).KeyId));
        Assert.Equal((AccountableRole.TechnicalOwner, annId, AccountableBasis.Provisional), Assert.Single(application.Accountable.Select(a => (a.Role, a.PersonId, a.Basis))));
        Assert.Equal((AccountableRole.Sponsor, bobId), Assert.Single((await FoundAsync(test, "entra", agent)).Accountable.Select(a => (a.Role, a.PersonId))));
        var token = await FoundAsync(test, "okta", tokenId);
        Assert.Equal((annId, annId, Retirement.End), (token.CreatedBy, Assert.Single(token.Accountable).PersonId, Assert.Single(token.Credentials).Retirement));
        var body = await ServiceAccounts.BodyAsync(test.Bridge, application.Id);
        Assert.Equal(("proposed", "Payroll export", "entra", "clientSecret"), ((string)body["state"]!, (string)body["displayName"]!, (string)body["target"]!, (string)body["credentials"]![0]!["type"]!));

        // Whoever may own it leaves: of what nobody has adopted nothing is decided.
        await test.Bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"), TestBridge.Row("2", "Bob", "Dahl"));
        await test.Bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
        await test.Bridge.RunAsync(DrainKind.Rotate, "entra");
        Assert.Equal(before, test.Tenant.StateJson());
        Assert.Empty((await FoundAsync(test, "entra", id)).Duties);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Second_run_proposes_nothing_again_and_comes_at_its_time(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        test.AddApplication("one");
        test.AddApplication("two");
        var next = await test.Bridge.RunAsync(DrainKind.Discover, "entra");
        var calls = test.Tenant.Calls.Count;
        Assert.Equal(6, Math.Round((next!.Value - test.Bridge.Get<IClock>().GetCurrentInstant()).TotalHours));

        Assert.Equal(next, await test.Bridge.RunAsync(DrainKind.Discover, "entra"));
        Assert.Equal(calls, test.Tenant.Calls.Count);
        test.Bridge.Time.Advance(TimeSpan.FromHours(7));
        await test.Bridge.RunAsync(DrainKind.Discover, "entra");

        Assert.True(test.Tenant.Calls.Count > calls);
        Assert.Equal(2, await CountAsync(test));
        var state = await test.Bridge.Database.ReadAsync(s => DiscoveryStore.FindAsync(s, "entra", None), None);
        Assert.Equal((2L, 2L, 0L), (state.Run, state.Found, state.Proposed));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Stopped_within_each_page_it_goes_on_and_proposes_nothing_twice(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        test.Tenant.Settings = new GraphSettings { MaxPageSize = 2 };
        for (var i = 0; i < 7; i++)
            test.AddApplication("app " + i);
        var calls = 0;
        for (var isStopped = true; isStopped;)
        {
            using var stop = new CancellationTokenSource();
            // A page of two is six calls: the second page of each run is not finished.
            var heard = 0;
            test.Observers.Add(() =>
            {
                calls++;
                if (++heard == 9)
                    stop.Cancel();
            });
            try
            {
                await test.Bridge.Get<DrainRunner>().RunAsync(new DrainKey(DrainKind.Discover, "entra"), stop.Token);
                isStopped = false;
            }
            catch (OperationCanceledException)
            {
                Assert.True(calls < 1_000, "It never comes to an end.");
            }

            test.Observers.Clear();
        }

        Assert.Equal(7, await CountAsync(test));
        Assert.Equal(7, (await test.Bridge.Database.ReadAsync(s => DiscoveryStore.FindAsync(s, "entra", None), None)).Found);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Credential_that_comes_or_goes_behind_our_back_is_noticed_and_so_is_an_identity_that_goes(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var (id, appId, keyId, secret) = test.AddApplication();
        var (gone, _, _, _) = test.AddApplication("soon gone");
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret, isDue: false);
        await test.Bridge.RunAsync(DrainKind.Discover, "entra");
        Assert.Equal([keyId], (await ServiceAccounts.GetAsync(test.Bridge, account.Id)).Credentials.Select(c => c.KeyId));

        Assert.True(await test.TakesAsync(appId, secret));
        var (other, _) = test.Tenant.AddSecret(id, "at night");
        var entra = test.Bridge.Get<TargetConnections>()["entra"].ServiceAccounts!;
        await entra.RemoveCredentialAsync(ServiceAccountKind.AppRegistration, id, keyId, None);
        await entra.DeleteAsync(ServiceAccountKind.AppRegistration, gone, None);
        test.Bridge.Time.Advance(TimeSpan.FromHours(7));
        await test.Bridge.RunAsync(DrainKind.Discover, "entra");

        var after = await ServiceAccounts.GetAsync(test.Bridge, account.Id);
        Assert.Equal([(keyId, CredentialState.Revoked), (other, CredentialState.Active)], after.Credentials.Select(c => (c.KeyId, c.State)));
        // Whoever runs the account is taken to know it.
        Assert.Equal(["ann"], after.Knowers(after.Credentials[1]));
        Assert.Equal(
            ["serviceAccount.credentialAppeared", "serviceAccount.credentialVanished"],
            (await ServiceAccounts.JournalAsync(test.Bridge, account.Id)).Where(e => e.StartsWith("serviceAccount.credential", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("serviceAccount.missingAtTarget", await ServiceAccounts.JournalAsync(test.Bridge, (await FoundAsync(test, "entra", gone)).Id));

        test.Bridge.Time.Advance(TimeSpan.FromHours(7));
        await test.Bridge.RunAsync(DrainKind.Discover, "entra");
        Assert.Equal(2, (await ServiceAccounts.JournalAsync(test.Bridge, account.Id)).Count(e => e.StartsWith("serviceAccount.credential", StringComparison.Ordinal)));
        Assert.Single(await ServiceAccounts.JournalAsync(test.Bridge, (await FoundAsync(test, "entra", gone)).Id), "serviceAccount.missingAtTarget");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rotation_under_way_is_no_surprise(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var (id, _, keyId, _) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);
        await test.Bridge.RunAsync(DrainKind.Rotate, "entra");

        await test.Bridge.RunAsync(DrainKind.Discover, "entra");
        await test.RunAsync("entra", TimeSpan.FromDays(2));
        await test.Bridge.RunAsync(DrainKind.Discover, "entra");

        Assert.DoesNotContain(await ServiceAccounts.JournalAsync(test.Bridge, account.Id), e => e is "serviceAccount.credentialAppeared" or "serviceAccount.credentialVanished");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Target_with_trouble_is_asked_again_later_and_the_reason_is_kept(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        test.AddApplication();
        test.Tenant.Faults.Add(new FaultRule { Kind = FaultKind.Error, PathContains = "/applications", Next = 1, Status = 500 });

        var next = await test.Bridge.RunAsync(DrainKind.Discover, "entra");

        Assert.True(next - test.Bridge.Get<IClock>().GetCurrentInstant() <= Duration.FromMinutes(2));
        Assert.Contains("500", (await test.Bridge.Database.ReadAsync(s => DiscoveryStore.FindAsync(s, "entra", None), None)).Reason, StringComparison.Ordinal);
        test.Bridge.Time.Advance(TimeSpan.FromMinutes(2));
        await test.Bridge.RunAsync(DrainKind.Discover, "entra");
        Assert.Equal(1, await CountAsync(test));
    }

    private static async Task<ServiceAccount> FoundAsync(RotationBridge test, string target, string remoteId)
    {
        var id = await test.Bridge.Database.ReadAsync(s => ServiceAccountStore.FindByRemoteAsync(s, target, remoteId, None), None);
        return await ServiceAccounts.GetAsync(test.Bridge, id!);
    }

    private static Task<long> CountAsync(RotationBridge test) =>
        test.Bridge.Database.ReadAsync(async s => (await s.QueryAsync("SELECT count(*) FROM service_account", r => r.GetInt64(0), None))[0], None);

    private static Task LinkAsync(RotationBridge test, string target, params (string Id, string RemoteId)[] links) => test.Bridge.Database.WriteAsync(
        s => LinkStore.PutAsync(s, target, links.Select(l => Link.Found(l.Id, l.RemoteId)), 1, None), None);
}
