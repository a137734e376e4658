using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Tests.Targets;

/// <summary>What <see cref="IServiceAccountTarget"/> promises, executed. Each connector inherits this over a stand-in of its system.</summary>
public abstract class ServiceAccountTargetContractTests : IAsyncLifetime
{
    private const string Nobody = "7d1f3c55-0000-4a00-8000-000000000000";

    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The non-human identities of a target that may change them, on pages of two; it gives up a call after 2 seconds.</summary>
    protected abstract IServiceAccountTarget Target { get; }

    private ServiceAccountCapabilities Capabilities => Target.Capabilities;

    private static readonly CredentialType[] Types = Enum.GetValues<CredentialType>();

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <summary>The same target with a credential that the system does not know.</summary>
    protected abstract IServiceAccountTarget WithUnknownCredential();

    /// <summary>The same target, that is not to change anything.</summary>
    protected abstract IServiceAccountTarget Unchanging();

    /// <summary>Lets the next call go wrong.</summary>
    protected abstract void Next(Trouble trouble);

    /// <summary>Everything the system holds, equal for equal contents.</summary>
    protected abstract string State();

    /// <summary>Puts an identity there, as an administrator would; its id.</summary>
    protected abstract string Make(ServiceAccountKind kind, string name);

    /// <summary>Gives an identity a credential, as an administrator would, beside or in the place of those it has.</summary>
    protected abstract (string KeyId, Secret Secret) Give(ServiceAccountKind kind, string remoteId, CredentialType type);

    /// <summary>Puts a person there; the id.</summary>
    protected virtual string Person(string name) => throw new NotSupportedException($"This target declares that {name} can answer for an identity: say how people come there.");

    [Fact]
    public async Task Every_identity_is_found_page_after_page_and_nothing_is_changed()
    {
        var made = Capabilities.Finds.SelectMany(kind => Enumerable.Range(0, 5).Select(i => (Kind: kind, Name: $"{kind} {i}"))).Select(m => (m.Kind, Id: Make(m.Kind, m.Name), m.Name)).ToList();
        var before = State();

        var found = await AllAsync();

        Assert.Equal(made.Order().ToList(), found.Select(f => (f.Kind, f.RemoteId, f.Name)).Distinct().Order().ToList());
        Assert.Equal(before, State());
    }

    [Fact]
    public async Task What_is_read_is_what_was_listed()
    {
        foreach (var kind in Capabilities.Finds)
        {
            var id = Make(kind, "Payroll export");

            var listed = (await AllAsync()).First(f => f.RemoteId == id);
            var read = await ReadAsync(kind, id);

            Assert.Equal((kind, "Payroll export", (bool?)true), (read.Kind, read.Name, read.IsEnabled));
            Assert.Equal((listed.Name, listed.IsEnabled, listed.CreatedAt, listed.CreatedById), (read.Name, read.IsEnabled, read.CreatedAt, read.CreatedById));
            Assert.Equal(listed.Credentials.Select(c => (c.KeyId, c.Type)), read.Credentials.Select(c => (c.KeyId, c.Type)));
        }
    }

    [Fact]
    public async Task What_is_not_there_is_gone()
    {
        foreach (var kind in Capabilities.Finds)
        {
            var (outcome, account) = await Target.ReadAsync(kind, Nobody, None);
            Assert.IsType<Outcome.Gone>(outcome);
            Assert.Null(account);
        }

        foreach (var kind in Capabilities.Disables)
            Assert.IsType<Outcome.Gone>(await Target.SetEnabledAsync(kind, Nobody, enabled: false, None));
        foreach (var kind in Capabilities.Deletes)
            Assert.IsType<Outcome.Done>(await Target.DeleteAsync(kind, Nobody, None));
    }

    [Fact]
    public async Task Identity_is_disabled_and_enabled_and_may_be_again()
    {
        foreach (var kind in Capabilities.Disables)
        {
            var (id, other) = (Make(kind, "Payroll export"), Make(kind, "Backup"));
            foreach (var enabled in new[] { false, false, true, true })
            {
                Assert.IsType<Outcome.Done>(await Target.SetEnabledAsync(kind, id, enabled, None));
                Assert.Equal(enabled, (await ReadAsync(kind, id)).IsEnabled);
                Assert.True((await ReadAsync(kind, other)).IsEnabled);
            }
        }
    }

    [Fact]
    public async Task Deleted_identity_is_gone_and_may_be_deleted_again()
    {
        foreach (var kind in Capabilities.Deletes)
        {
            var (id, other) = (Make(kind, "Payroll export"), Make(kind, "Backup"));
            for (var time = 0; time < 2; time++)
                Assert.IsType<Outcome.Done>(await Target.DeleteAsync(kind, id, None));

            Assert.IsType<Outcome.Gone>((await Target.ReadAsync(kind, id, None)).Outcome);
            Assert.NotNull(await ReadAsync(kind, other));
        }
    }

    [Fact]
    public async Task New_credential_works_beside_the_old_one_until_that_is_removed()
    {
        foreach (var (kind, type) in Holders(Capabilities.Adds))
        {
            var id = Make(kind, "Payroll export");
            var old = Give(kind, id, type);
            var before = (await ReadAsync(kind, id)).Credentials;

            var (outcome, added) = await Target.AddCredentialAsync(kind, id, type, "scimbridge 7", Instant.FromUtc(2100, 1, 1, 0, 0), None);
            Assert.IsType<Outcome.Done>(outcome);
            var shown = (await ReadAsync(kind, id)).Credential(added!.KeyId)!;
            Assert.Equal(type, shown.Type);
            Assert.Equal(Capabilities.NamesCredentials ? "scimbridge 7" : null, shown.Name);
            Assert.Equal((ProbeAnswer.Accepted, ProbeAnswer.Accepted), (await ProbeAsync(kind, id, type, old.Secret), await ProbeAsync(kind, id, type, added.Secret)));

            for (var time = 0; time < 2; time++)
                Assert.IsType<Outcome.Done>(await Target.RemoveCredentialAsync(kind, id, old.KeyId, None));
            var after = await ReadAsync(kind, id);
            Assert.Equal(
                before.Select(c => c.KeyId).Where(k => k != old.KeyId).Append(added.KeyId).Order(StringComparer.Ordinal), after.Credentials.Select(c => c.KeyId).Order(StringComparer.Ordinal));
            Assert.Equal((ProbeAnswer.Refused, ProbeAnswer.Accepted), (await ProbeAsync(kind, id, type, old.Secret), await ProbeAsync(kind, id, type, added.Secret)));
        }
    }

    [Fact]
    public async Task Removed_credential_is_refused_and_no_other()
    {
        foreach (var (kind, type) in Holders(Capabilities.Removes.Intersect(Capabilities.Probes)))
        {
            var (id, other) = (Make(kind, "Payroll export"), Make(kind, "Backup"));
            var (one, another) = (Give(kind, id, type), Give(kind, other, type));
            Assert.Equal(ProbeAnswer.Accepted, await ProbeAsync(kind, id, type, one.Secret));
            // Some targets do not let go of the last one.
            if (Capabilities.Adds.Contains(type))
                await AddedAsync(kind, id, type);

            for (var time = 0; time < 2; time++)
                Assert.IsType<Outcome.Done>(await Target.RemoveCredentialAsync(kind, kind == ServiceAccountKind.AutomationToken ? one.KeyId : id, one.KeyId, None));

            Assert.Equal((ProbeAnswer.Refused, ProbeAnswer.Accepted), (await ProbeAsync(kind, id, type, one.Secret), await ProbeAsync(kind, other, type, another.Secret)));
        }
    }

    [Fact]
    public async Task Credential_that_takes_the_place_of_another_is_good_and_the_other_is_refused()
    {
        foreach (var (kind, type) in Holders(Capabilities.Replaces))
        {
            var id = Make(kind, "Payroll export");
            var (old, next) = (Give(kind, id, type).Secret, Secret.New());

            for (var time = 0; time < 2; time++)
            {
                Assert.IsType<Outcome.Done>(await Target.ReplaceCredentialAsync(kind, id, type, next, None));
                Assert.Equal((ProbeAnswer.Refused, ProbeAnswer.Accepted), (await ProbeAsync(kind, id, type, old), await ProbeAsync(kind, id, type, next)));
            }

            Assert.True((await ReadAsync(kind, id)).IsEnabled);
        }
    }

    [Fact]
    public async Task Probing_changes_nothing()
    {
        foreach (var (kind, type) in Holders(Capabilities.Probes))
        {
            var id = Make(kind, "Payroll export");
            var given = Give(kind, id, type);
            var before = State();

            Assert.Equal((ProbeAnswer.Accepted, ProbeAnswer.Refused), (await ProbeAsync(kind, id, type, given.Secret), await ProbeAsync(kind, id, type, Secret.New())));
            Assert.Equal(before, State());
        }
    }

    [Fact]
    public async Task Lost_reply_to_a_new_credential_leaves_one_that_reading_shows()
    {
        foreach (var (kind, type) in Holders(Capabilities.Adds))
        {
            var id = Make(kind, "Payroll export");
            var before = (await ReadAsync(kind, id)).Credentials.Count;

            Next(Trouble.LostReply);
            var (outcome, credential) = await Target.AddCredentialAsync(kind, id, type, "scimbridge 7", notAfter: null, None);
            Next(Trouble.None);

            Assert.False(Assert.IsType<Outcome.Retry>(outcome).Untouched);
            Assert.Null(credential);
            Assert.Equal(before + 1, (await ReadAsync(kind, id)).Credentials.Count);
        }
    }

    [Fact]
    public async Task Target_that_lies_is_found_out_by_reading()
    {
        foreach (var (kind, type) in Holders(Capabilities.Removes.Intersect(Capabilities.Adds)))
        {
            var id = Make(kind, "Payroll export");
            var (old, _) = (Give(kind, id, type), await AddedAsync(kind, id, type));

            Next(Trouble.Lie);
            // What takes two calls there may be found out by the second one.
            Assert.True(await Target.RemoveCredentialAsync(kind, id, old.KeyId, None) is Outcome.Done or Outcome.Rejected);
            Next(Trouble.None);

            Assert.NotNull((await ReadAsync(kind, id)).Credential(old.KeyId));
            Assert.Equal(ProbeAnswer.Accepted, await ProbeAsync(kind, id, type, old.Secret));
        }
    }

    [Fact]
    public async Task Owners_and_sponsors_come_before_others_go_and_the_last_one_stays()
    {
        foreach (var (kind, change, ids) in Capabilities.WritesOwners.Select(k => (k, Change: (Changing)Target.ChangeOwnersAsync, Ids: (Func<FoundAccount, IReadOnlyList<string>>)(a => a.OwnerIds)))
            .Concat(Capabilities.WritesSponsors.Select(k => (k, Change: (Changing)Target.ChangeSponsorsAsync, Ids: (Func<FoundAccount, IReadOnlyList<string>>)(a => a.SponsorIds)))))
        {
            var (id, ann, bob) = (Make(kind, "Payroll export"), Person($"ann.{kind}.{Guid.NewGuid():N}"), Person($"bob.{kind}.{Guid.NewGuid():N}"));
            var before = ids(await ReadAsync(kind, id));
            Assert.IsType<Outcome.Done>(await change(kind, id, [ann], [.. before], None));
            Assert.Equal([ann], ids(await ReadAsync(kind, id)));

            Assert.IsType<Outcome.Rejected>(await change(kind, id, [], [ann], None));
            for (var time = 0; time < 2; time++)
                Assert.IsType<Outcome.Done>(await change(kind, id, [bob], [ann], None));
            Assert.Equal([bob], ids(await ReadAsync(kind, id)));

            // Whoever cannot come takes nobody's place.
            Assert.IsType<Outcome.Gone>(await change(kind, id, [Nobody], [bob], None));
            Assert.Equal([bob], ids(await ReadAsync(kind, id)));
        }
    }

    [Fact]
    public async Task What_goes_wrong_with_a_call_is_told_apart()
    {
        foreach (var (trouble, untouched) in new (Trouble, bool?)[] { (Trouble.Throttle, true), (Trouble.Error, null), (Trouble.Reset, false), (Trouble.Timeout, false) })
        {
            Next(trouble);
            var (outcome, page) = await Target.ListAsync(next: null, None);
            Next(Trouble.None);
            var retry = Assert.IsType<Outcome.Retry>(outcome);
            Assert.Null(page);
            if (untouched is { } expected)
                Assert.Equal(expected, retry.Untouched);
        }

        Assert.IsType<Outcome.Stop>((await WithUnknownCredential().ListAsync(next: null, None)).Outcome);
    }

    [Fact]
    public async Task Call_that_is_given_up_throws_that_and_nothing_else()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Target.ListAsync(next: null, cancelled.Token));
    }

    [Fact]
    public async Task Target_that_may_not_change_anything_declares_that_and_finds_all()
    {
        var unchanging = Unchanging();
        var made = Capabilities.Finds.Select(kind => Make(kind, kind.ToString())).ToList();

        Assert.Equal(made.Order(StringComparer.Ordinal), (await AllAsync(unchanging)).Select(f => f.RemoteId).Distinct().Order(StringComparer.Ordinal));
        var all = unchanging.Capabilities;
        Assert.Equal(Capabilities.Finds.Order(), all.Finds.Order());
        Assert.Empty(all.Disables.Union(all.Deletes).Union(all.WritesOwners).Union(all.WritesSponsors));
        Assert.Empty(all.Adds.Union(all.Replaces).Union(all.Removes));
        Assert.All(Types, type => Assert.Equal(Retirement.None, all.RetirementOf(type)));
    }

    private delegate Task<Outcome> Changing(
        ServiceAccountKind kind, string remoteId, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove, CancellationToken cancel);

    /// <summary>The kinds that have credentials of these types.</summary>
    private IEnumerable<(ServiceAccountKind Kind, CredentialType Type)> Holders(IEnumerable<CredentialType> types) => types.SelectMany(type => Capabilities.Finds
        .Where(kind => (kind == ServiceAccountKind.AutomationToken) == (type == CredentialType.Token) && (kind == ServiceAccountKind.AppRegistration) == (type == CredentialType.ClientSecret))
        .Select(kind => (kind, type)));

    private async Task<NewCredential> AddedAsync(ServiceAccountKind kind, string id, CredentialType type) =>
        (await Target.AddCredentialAsync(kind, id, type, "scimbridge 8", notAfter: null, None)).Credential!;

    private async Task<FoundAccount> ReadAsync(ServiceAccountKind kind, string id)
    {
        var (outcome, account) = await Target.ReadAsync(kind, id, None);
        Assert.IsType<Outcome.Done>(outcome);
        return account!;
    }

    private async Task<ProbeAnswer?> ProbeAsync(ServiceAccountKind kind, string id, CredentialType type, Secret secret)
    {
        if (!Capabilities.Probes.Contains(type))
            return null;
        var (outcome, answer) = await Target.ProbeAsync(kind, id, type, secret, None);
        Assert.IsType<Outcome.Done>(outcome);
        return answer;
    }

    private async Task<List<FoundAccount>> AllAsync(IServiceAccountTarget? target = null)
    {
        var (found, pages) = (new List<FoundAccount>(), 0);
        for (string? next = null; pages == 0 || next is not null; pages++)
        {
            var (outcome, page) = await (target ?? Target).ListAsync(next, None);
            Assert.IsType<Outcome.Done>(outcome);
            found.AddRange(page!.Accounts);
            next = page.Next;
            Assert.True(pages < 100, "The pages have no end.");
        }

        return found;
    }
}
