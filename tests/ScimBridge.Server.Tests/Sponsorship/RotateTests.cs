using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Lifecycle;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>What a leaver knew is exchanged without an outage, and nothing is believed that was not seen; on both databases.</summary>
public sealed class RotateTests
{
    private static readonly TimeSpan Hours = TimeSpan.FromHours(5);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Secret_is_exchanged_once_the_new_one_is_seen_in_use_and_the_old_one_is_refused(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var (id, appId, keyId, secret) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);

        await test.Bridge.RunAsync(DrainKind.Rotate, "entra");

        // Both are good, and nobody has to hurry.
        var next = test.Fetch(id);
        Assert.NotEqual(secret, next);
        var rotation = (await test.RotationAsync(account.Id))!;
        Assert.Equal((RotationStage.HandedOver, RotationWay.Exchange), (rotation.Stage, rotation.Way));
        Assert.True(await test.TakesAsync(appId, secret));
        await test.RunAsync("entra", Hours);
        Assert.Equal(CredentialState.Active, (await test.CredentialAsync(account.Id, keyId)).State);

        Assert.True(await test.TakesAsync(appId, next));
        await test.RunAsync("entra", Hours);

        Assert.False(await test.TakesAsync(appId, secret));
        Assert.True(await test.TakesAsync(appId, next));
        var after = await ServiceAccounts.GetAsync(test.Bridge, account.Id);
        Assert.Equal(CredentialState.RotatedVerified, after.Credentials.Single(c => c.KeyId == keyId).State);
        Assert.All(after.Duties, d => Assert.NotNull(d.ClosedAt));
        var proven = (await test.RotationAsync(account.Id))!;
        Assert.Equal((RotationStage.Probed, "GET account: the key is not shown", "the old one: refused, the new one: taken"), (proven.Stage, proven.ReadBack, proven.Probe));
        Assert.NotNull(proven.SeenAt);
        Assert.Equal(proven.NewKeyId, after.Credentials.Single(c => c.KeyId != keyId).KeyId);
        Assert.Empty(after.Knowers(after.Credentials.Single(c => c.KeyId != keyId)));
        var shown = (await ServiceAccounts.BodyAsync(test.Bridge, account.Id))["credentials"]!.AsArray();
        Assert.Equal([(keyId, "rotatedVerified"), (proven.NewKeyId, "active")], shown.Select(c => ((string?)c!["value"], (string?)c["state"])));
        Assert.Contains("serviceAccount.credentialSeen", await ServiceAccounts.JournalAsync(test.Bridge, account.Id));

        // What is worth nothing any more is forgotten, and what is worth something is in the vault alone.
        var dump = await test.DumpAsync();
        Assert.DoesNotContain(secret, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(next, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(test.Vault, "*", SearchOption.AllDirectories), f => File.ReadAllText(f).Contains(secret, StringComparison.Ordinal));
        Assert.Null(await test.Bridge.RunAsync(DrainKind.Rotate, "entra"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Old_secret_goes_when_the_time_for_both_is_over(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["rotation"]!["overlapHours"] = 2);
        var (id, appId, keyId, secret) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);

        await test.RunAsync("entra", TimeSpan.FromMinutes(110));
        Assert.True(await test.TakesAsync(appId, secret));
        await test.RunAsync("entra", TimeSpan.FromMinutes(20));

        Assert.False(await test.TakesAsync(appId, secret));
        Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, keyId)).State);
        Assert.Null((await test.RotationAsync(account.Id))!.SeenAt);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Consumer_that_uses_the_secret_all_the_time_loses_no_call(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var (id, appId, keyId, secret) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);
        using var over = new CancellationTokenSource();
        var consuming = Task.Run(async () =>
        {
            var (calls, lost) = (0, 0);
            // It fetches its secret anew now and then, as programs do.
            var held = secret;
            while (!over.IsCancellationRequested)
            {
                if (calls % 5 == 0)
                    held = test.Fetch(id);
                lost += await test.TakesAsync(appId, held) ? 0 : 1;
                calls++;
            }

            return (calls, lost);
        });

        // It is looked again only when the consumer has had the time to fetch the new one.
        for (var i = 0; i < 100 && !(await test.CredentialAsync(account.Id, keyId)).IsSettled; i++)
        {
            await test.Bridge.RunAsync(DrainKind.Rotate, "entra");
            await Task.Delay(100);
            test.Bridge.Time.Advance(TimeSpan.FromMinutes(10));
        }

        await over.CancelAsync();
        var (all, failed) = await consuming;
        Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, keyId)).State);
        Assert.False(await test.TakesAsync(appId, secret));
        Assert.True(all > 10, $"The consumer made {all} calls.");
        Assert.Equal(0, failed);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Secret_that_another_consumer_still_uses_is_kept_for_as_long_as_both_may_stand(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["rotation"]!["overlapHours"] = 2);
        var (id, appId, keyId, secret) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);
        await test.Bridge.RunAsync(DrainKind.Rotate, "entra");

        Assert.True(await test.TakesAsync(appId, test.Fetch(id)));
        await Task.Delay(5);
        Assert.True(await test.TakesAsync(appId, secret));
        await test.RunAsync("entra", TimeSpan.FromMinutes(110));

        Assert.True(await test.TakesAsync(appId, secret));
        Assert.NotNull((await test.RotationAsync(account.Id))!.SeenAt);
        await test.RunAsync("entra", TimeSpan.FromMinutes(20));
        Assert.False(await test.TakesAsync(appId, secret));
        Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, keyId)).State);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Use_of_what_is_to_be_disabled_is_looked_at_and_once_more_an_hour_before(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var (id, appId, keyId, secret) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret, isDue: false);
        var now = test.Bridge.Get<IClock>().GetCurrentInstant();
        await test.ChangeAsync(account.Id, a => a with
        {
            Use = AccountUse.Restricted, Changes = [new StateChange(AccountUse.InUse, AccountUse.Restricted, now, StateReason.AttestationOverdue)],
        });
        Assert.True(await test.TakesAsync(appId, secret));
        await test.MarkAsync("entra", account.Id, ServiceAccountVerb.Use);

        var next = await test.Bridge.RunAsync(DrainKind.Rotate, "entra");

        Assert.NotNull((await ServiceAccounts.GetAsync(test.Bridge, account.Id)).LastUsedAt);
        Assert.Single(await ServiceAccounts.JournalAsync(test.Bridge, account.Id), "serviceAccount.useChecked");
        Assert.Equal(now + Duration.FromDays(14) - Duration.FromHours(1), next);

        test.Bridge.Time.Advance((next!.Value - test.Bridge.Get<IClock>().GetCurrentInstant()).ToTimeSpan());
        Assert.Null(await test.Bridge.RunAsync(DrainKind.Rotate, "entra"));
        Assert.Equal(2, (await ServiceAccounts.JournalAsync(test.Bridge, account.Id)).Count(k => k == "serviceAccount.useChecked"));
        Assert.True(await test.TakesAsync(appId, secret));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Owner_is_written_as_the_manager_where_there_is_room_for_one(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["targets"]!["product"]!["serviceAccounts"]!["owners"] = true);
        await test.Bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bob", "Dahl"));
        var (annId, bobId) = (await ServiceAccounts.UserAsync(test.Bridge, "1"), await ServiceAccounts.UserAsync(test.Bridge, "2"));
        var ((ann, _), (bob, _), (stranger, _)) = (
            await test.AddProductUserAsync("ann", "Employee"), await test.AddProductUserAsync("bob", "Employee"), await test.AddProductUserAsync("stranger", "Employee"));
        await test.Bridge.Database.WriteAsync(
            s => LinkStore.PutAsync(s, "product", [Link.Found(annId, ann), Link.Found(bobId, bob)], 1, CancellationToken.None), CancellationToken.None);
        var (id, _) = await test.AddProductUserAsync("svc-billing", "Service");
        var account = await test.AddAccountAsync("product", id, ServiceAccountKind.ServiceAccount, "password", CredentialType.Password, isDue: false, sponsor: bobId, owner: annId);

        async Task<string?> WrittenAsync(Func<ServiceAccount, ServiceAccount> change)
        {
            await test.ChangeAsync(account.Id, change);
            await test.MarkAsync("product", account.Id, ServiceAccountVerb.Owners);
            await test.RunAsync("product", Hours);
            return await test.ManagerAsync(id);
        }

        Assert.Equal(ann, await WrittenAsync(a => a));
        Assert.Equal(bob, await WrittenAsync(a => a with
        {
            CreatedBy = annId, Accountable = [.. a.Accountable.Select(h => h.Role == AccountableRole.TechnicalOwner ? h with { PersonId = bobId } : h)],
        }));
        Assert.Contains("serviceAccount.ownersAtTarget", await ServiceAccounts.JournalAsync(test.Bridge, account.Id));

        // One whom the bridge does not know is there for a reason that it does not know.
        await test.SetManagerAsync(id, stranger);
        Assert.Equal(stranger, await WrittenAsync(a => a));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Stopped_at_any_call_it_goes_on_and_nothing_is_there_twice(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["rotation"]!["overlapHours"] = 0);
        var isStopped = true;
        for (var stopAt = 1; isStopped; stopAt++)
        {
            Assert.True(stopAt < 60, "It never ran through.");
            var (id, appId, keyId, secret) = test.AddApplication("app " + stopAt);
            var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);
            using var stop = new CancellationTokenSource();
            var (calls, at) = (0, stopAt);
            test.Observers.Add(() =>
            {
                if (Interlocked.Increment(ref calls) == at)
                    stop.Cancel();
            });
            isStopped = false;
            try
            {
                await test.Bridge.Get<DrainRunner>().RunAsync(new DrainKey(DrainKind.Rotate, "entra"), stop.Token);
            }
            catch (OperationCanceledException)
            {
                isStopped = true;
            }

            test.Observers.Clear();
            await test.RunAsync("entra", Hours);

            Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, keyId)).State);
            var left = Assert.Single(JsonNode.Parse(test.Tenant.Object(id)!)!["passwordCredentials"]!.AsArray());
            Assert.Equal((await test.RotationAsync(account.Id))!.NewKeyId, (string?)left!["keyId"]);
            Assert.True(await test.TakesAsync(appId, test.Fetch(id)));
            Assert.False(await test.TakesAsync(appId, secret));
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Lost_reply_leaves_no_secret_that_nobody_knows(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["rotation"]!["overlapHours"] = 0);
        var (id, appId, keyId, _) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);
        // Somebody else's, made in the same days.
        var (other, _) = test.Tenant.AddSecret(id, "somebody's");
        test.Tenant.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, PathContains = "/addPassword", Next = 2 });

        await test.RunAsync("entra", Hours);

        var keys = JsonNode.Parse(test.Tenant.Object(id)!)!["passwordCredentials"]!.AsArray().Select(c => (string?)c!["keyId"]).ToList();
        Assert.Equal(new[] { other, (await test.RotationAsync(account.Id))!.NewKeyId }.Order(), keys.Order());
        Assert.True(await test.TakesAsync(appId, test.Fetch(id)));
        Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, keyId)).State);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Target_that_lies_is_never_believed(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["rotation"]!["overlapHours"] = 0);
        var (id, _, keyId, _) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);
        test.Tenant.Faults.Add(new FaultRule { Kind = FaultKind.Lie, PathContains = "/removePassword", Always = true });

        await test.RunAsync("entra", TimeSpan.FromDays(2));

        Assert.False((await test.CredentialAsync(account.Id, keyId)).IsSettled);
        Assert.Null((await ServiceAccounts.GetAsync(test.Bridge, account.Id)).Duties.Single().ClosedAt);
        Assert.Contains("says that the old credential is gone, and shows it", await test.DumpAsync(), StringComparison.Ordinal);

        test.Tenant.Faults.Clear();
        await test.RunAsync("entra", TimeSpan.FromDays(1));
        Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, keyId)).State);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Removed_secret_that_is_still_taken_proves_nothing(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["rotation"]!["overlapHours"] = 0);
        test.Tenant.Settings = new GraphSettings { SecretLingerSeconds = 100_000 };
        var (id, _, keyId, _) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);

        await test.RunAsync("entra", TimeSpan.FromDays(1));
        Assert.False((await test.CredentialAsync(account.Id, keyId)).IsSettled);
        Assert.Contains("is still taken", await test.DumpAsync(), StringComparison.Ordinal);

        test.Tenant.Settings = new GraphSettings();
        await test.RunAsync("entra", TimeSpan.FromDays(1));
        Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, keyId)).State);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Password_is_replaced_and_the_old_one_refused(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var (id, password) = await test.AddProductUserAsync("svc-backup", "Service");
        var account = await test.AddAccountAsync("product", id, ServiceAccountKind.ServiceAccount, "password", CredentialType.Password, Retirement.End);
        // The reply to the new password is lost: it is set again, and is the same.
        test.Product.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Writes = true, Next = 1 });

        await test.RunAsync("product", Hours);

        Assert.False(await test.LetsInAsync("svc-backup", password));
        Assert.True(await test.LetsInAsync("svc-backup", test.Fetch(id)));
        Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, "password")).State);
        Assert.Equal("the old one: refused, the new one: taken", (await test.RotationAsync(account.Id))!.Probe);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Token_that_dies_with_its_maker_is_revoked(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var user = test.Org.AddUser("ACTIVE", """{"login":"ann@corp.example","email":"ann@corp.example","firstName":"Ann","lastName":"Holt"}""");
        var (tokenId, token) = test.Org.People.MakeApiToken(user, "pipeline");
        test.Keep(tokenId, token);
        var account = await test.AddAccountAsync("okta", tokenId, ServiceAccountKind.AutomationToken, tokenId, CredentialType.Token, Retirement.End);

        await test.RunAsync("okta", Hours);

        Assert.Equal(CredentialState.RevokedVerified, (await test.CredentialAsync(account.Id, tokenId)).State);
        var rotation = (await test.RotationAsync(account.Id))!;
        Assert.Equal((RotationWay.Remove, "GET account: there is no such account", "the old one: refused"), (rotation.Way, rotation.ReadBack, rotation.Probe));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_cannot_be_taken_out_of_use_here_has_somebody_who_answers_for_it(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["targets"]!["entra"]!["serviceAccounts"]!["change"] = false);
        var (id, _, keyId, _) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);

        await test.RunAsync("entra", Hours);

        var credential = await test.CredentialAsync(account.Id, keyId);
        Assert.Equal((CredentialState.Unverifiable, "bob", (Instant?)null), (credential.State, credential.Risk!.OwnerId, credential.Risk.AcceptedAt));
        Assert.Null((await ServiceAccounts.GetAsync(test.Bridge, account.Id)).Duties.Single().ClosedAt);
        Assert.DoesNotContain(test.Tenant.Calls, c => c.Method is "PATCH" or "DELETE" || c.Path.Contains("Password", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Target_that_is_observed_is_not_written_to(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind, json => json["targets"]!["entra"]!["mode"] = "observe");
        var (id, appId, keyId, secret) = test.AddApplication();
        await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);

        await test.RunAsync("entra", Hours);

        Assert.True(await test.TakesAsync(appId, secret));
        Assert.Equal(secret, test.Fetch(id));
        Assert.Empty(test.Tenant.Calls);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Account_is_disabled_and_enabled_at_its_target_and_break_glass_access_never_is(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var (id, appId, keyId, secret) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret, isDue: false);
        var now = test.Bridge.Get<IClock>().GetCurrentInstant();

        async Task LookAsync(ServiceAccountVerb verb, Func<ServiceAccount, ServiceAccount> change)
        {
            await test.ChangeAsync(account.Id, change);
            await test.MarkAsync("entra", account.Id, verb);
            await test.RunAsync("entra", Hours);
        }

        // A mark alone does nothing: the truth is what counts.
        await LookAsync(ServiceAccountVerb.Disable, a => a);
        Assert.True(await test.TakesAsync(appId, secret));
        await LookAsync(ServiceAccountVerb.Disable, a => a with { Use = AccountUse.Disabled });
        Assert.False(await test.TakesAsync(appId, secret));
        await LookAsync(ServiceAccountVerb.Enable, a => a with { Use = AccountUse.InUse });
        Assert.True(await test.TakesAsync(appId, secret));
        await LookAsync(ServiceAccountVerb.Disable, a => a with { Use = AccountUse.Disabled, Exemption = new Exemption("break-glass", "bob", now + Duration.FromDays(100)) });
        Assert.True(await test.TakesAsync(appId, secret));
        Assert.Equal(
            ["serviceAccount.enabledAtTarget", "serviceAccount.disabledAtTarget", "serviceAccount.enabledAtTarget"],
            (await ServiceAccounts.JournalAsync(test.Bridge, account.Id)).Where(e => e.EndsWith("AtTarget", StringComparison.Ordinal)));

        // A target that lies about it is asked until it is so.
        test.Tenant.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Writes = true, Always = true });
        await LookAsync(ServiceAccountVerb.Disable, a => a with { Use = AccountUse.Disabled, Exemption = null });
        Assert.True(await test.TakesAsync(appId, secret));
        test.Tenant.Faults.Clear();
        await test.RunAsync("entra", Hours);
        Assert.False(await test.TakesAsync(appId, secret));

        await LookAsync(ServiceAccountVerb.Delete, a => a with { Use = AccountUse.Deleted });
        Assert.Null(test.Tenant.Object(id));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Consumer_is_told_where_the_secret_is_and_never_what_it_is_and_its_word_counts(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var test = await RotationBridge.StartAsync(kind, json =>
        {
            json["server"]!["publicUrl"] = "https://bridge.corp.example/";
            json["targets"]!["entra"]!["serviceAccounts"]!["readUse"] = false;
            json["rotation"]!["handover"] = new JsonObject
            {
                ["url"] = receiver.Url, ["keys"] = new JsonArray(new JsonObject { ["value"] = "k1" }), ["allowPrivateAddresses"] = true,
            };
        });
        var (id, appId, keyId, secret) = test.AddApplication();
        var account = await test.AddAccountAsync("entra", id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret);

        await test.RunAsync("entra", Hours);

        var hook = Assert.Single(receiver.Heard);
        var rotation = (await test.RotationAsync(account.Id))!;
        Assert.Equal(
            ("rotate", account.Id, "entra", $"apps/{id}", rotation.NewKeyId, $"https://bridge.corp.example/rotations/v1/{rotation.Id}/confirmation"),
            ((string)hook.Json["action"]!, (string)hook.Json["subject"]!, (string)hook.Json["target"]!, (string)hook.Json["credRef"]!["path"]!, (string)hook.Json["credRef"]!["keyId"]!,
                (string)hook.Json["callback"]!));
        Assert.DoesNotContain(test.Fetch(id), hook.Body, StringComparison.Ordinal);
        Assert.True(await test.TakesAsync(appId, secret));

        await test.Bridge.Database.WriteAsync(s => RotationStore.ConfirmAsync(s, rotation.Id, 1_800_000_000_000_000, CancellationToken.None), CancellationToken.None);
        await test.RunAsync("entra", Hours);

        Assert.False(await test.TakesAsync(appId, secret));
        Assert.Equal(CredentialState.RotatedVerified, (await test.CredentialAsync(account.Id, keyId)).State);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Agent_has_a_sponsor_at_every_moment_and_strangers_stay(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        string Person(string name) => test.Tenant.Add("user", $$"""{"displayName":"{{name}}","userPrincipalName":"{{name}}@corp.example"}""");
        var (ann, bob, stranger) = (Person("ann"), Person("bob"), Person("stranger"));
        var agent = test.Tenant.Add("servicePrincipal", """{"displayName":"Invoice agent","servicePrincipalType":"ServiceIdentity","accountEnabled":true}""");
        test.Tenant.Link("sponsors", agent, ann);
        test.Tenant.Link("owners", agent, stranger);
        await test.Bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bob", "Dahl"));
        var (annId, bobId) = (await ServiceAccounts.UserAsync(test.Bridge, "1"), await ServiceAccounts.UserAsync(test.Bridge, "2"));
        var account = await test.AddAccountAsync("entra", agent, ServiceAccountKind.AgentIdentity, "none", CredentialType.Key, isDue: false, sponsor: bobId, owner: bobId);
        await test.ChangeAsync(account.Id, a => a with { CreatedBy = annId });
        await test.Bridge.Database.WriteAsync(
            s => LinkStore.PutAsync(s, "entra", [Link.Found(annId, ann), Link.Found(bobId, bob)], 1, CancellationToken.None), CancellationToken.None);
        var fewest = 1;
        test.Observers.Add(() => fewest = Math.Min(fewest, test.Tenant.LinkedOf("sponsors", agent).Count));

        await test.MarkAsync("entra", account.Id, ServiceAccountVerb.Owners);
        await test.RunAsync("entra", Hours);

        Assert.Equal([bob], test.Tenant.LinkedOf("sponsors", agent));
        Assert.Equal(new[] { bob, stranger }.Order(StringComparer.Ordinal), test.Tenant.LinkedOf("owners", agent));
        Assert.Equal(1, fewest);
        Assert.Contains("serviceAccount.ownersAtTarget", await ServiceAccounts.JournalAsync(test.Bridge, account.Id));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_with_one_identity_of_each_class_ends_with_four_verified_outcomes(DatabaseKind kind)
    {
        await using var test = await RotationBridge.StartAsync(kind);
        var bridge = test.Bridge;
        string[] others = [TestBridge.Row("2", "Bob", "Dahl"), TestBridge.Row("3", "Cid", "Lund")];
        await bridge.ImportAsync([TestBridge.Row("1", "Ann", "Holt", manager: "3"), .. others]);
        var (ann, bob) = (await ServiceAccounts.UserAsync(bridge, "1"), await ServiceAccounts.UserAsync(bridge, "2"));
        var (service, servicePassword) = await test.AddProductUserAsync("svc-backup", "Service");
        var (shared, sharedPassword) = await test.AddProductUserAsync("root", "Admin");
        var (application, appId, keyId, secret) = test.AddApplication();
        var (tokenId, token) = test.Org.People.MakeApiToken(
            test.Org.AddUser("ACTIVE", """{"login":"robot@corp.example","email":"robot@corp.example","firstName":"Ro","lastName":"Bot"}"""), "pipeline");
        test.Keep(tokenId, token);
        var accounts = new[]
        {
            (await AddAsync("product", service, ServiceAccountKind.ServiceAccount, "password", CredentialType.Password, Retirement.End), "password"),
            (await AddAsync("entra", application, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret, Retirement.Rotate), keyId),
            (await AddAsync("okta", tokenId, ServiceAccountKind.AutomationToken, tokenId, CredentialType.Token, Retirement.End), tokenId),
            (await AddAsync("product", shared, ServiceAccountKind.SharedAdminAccess, "password", CredentialType.Password, Retirement.End), "password"),
        };

        await bridge.ImportAsync([TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "3"), .. others]);
        for (var hour = 0; hour < 48; hour++)
        {
            await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
            foreach (var target in new[] { "entra", "okta", "product" })
                await bridge.RunAsync(DrainKind.Rotate, target);
            // The consumer of the application fetches what is in the vault.
            Assert.True(await test.TakesAsync(appId, test.Fetch(application)));
            bridge.Time.Advance(TimeSpan.FromHours(1));
        }

        var all = new List<ServiceAccount>();
        foreach (var (account, key) in accounts)
        {
            var after = await ServiceAccounts.GetAsync(bridge, account.Id);
            all.Add(after);
            Assert.True(
                after.Credentials.Single(c => c.KeyId == key).State is CredentialState.RotatedVerified or CredentialState.RevokedVerified,
                $"{after.Kind}: {after.Credentials.Single(c => c.KeyId == key).State}");
            Assert.NotEmpty(after.Duties);
            Assert.All(after.Duties, d => Assert.True(d.ClosedAt <= d.DueAt));
        }

        Assert.Empty(LeaverClosure.Open(ann, all));
        Assert.False(await test.TakesAsync(appId, secret));
        Assert.False(await test.LetsInAsync("svc-backup", servicePassword));
        Assert.False(await test.LetsInAsync("root", sharedPassword));
        Assert.True(await test.LetsInAsync("root", test.Fetch(shared)));

        Task<ServiceAccount> AddAsync(string target, string remoteId, ServiceAccountKind what, string key, CredentialType type, Retirement retirement) =>
            test.AddAccountAsync(target, remoteId, what, key, type, retirement, isDue: false, sponsor: bob, owner: ann);
    }
}
