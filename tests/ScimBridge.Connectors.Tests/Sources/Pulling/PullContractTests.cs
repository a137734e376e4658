using System.Text;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Hris;

namespace ScimBridge.Connectors.Tests.Sources.Pulling;

/// <summary>What every pull keeps, over real HTTP against a stand-in of its system; inherited by each.</summary>
public abstract class PullContractTests : IAsyncLifetime
{
    protected const string Secret = "s3cret-of-hr";

    private SandboxHost _sandbox = null!;

    internal ImpatientClock Clock { get; } = new();

    internal HrisState Hr => _sandbox.Source("hr");

    protected abstract string KindName { get; }

    protected abstract HrisKind Stands { get; }

    /// <summary>How the system is told apart from one that can say what changed.</summary>
    protected virtual bool TellsChanges => true;

    /// <summary>How a full fetch shows that it is whole.</summary>
    protected virtual Completeness Proof => Completeness.Counted;

    /// <summary>The switches that a system with such pages has no way to show.</summary>
    protected virtual IReadOnlyCollection<string> Unseen => [];

    [Fact]
    public async Task Everybody_comes_as_the_canonical_worker_and_nothing_that_nobody_mapped()
    {
        foreach (var person in Person.Pack)
            Put(person);

        var (result, items, spooled) = await FetchAsync();

        Assert.Equal((PullMode.Full, Proof, Person.Pack.Count), (result.Mode, result.Completeness, result.Rows));
        Assert.Equal(Clock.GetUtcNow(), result.AsOf.ToDateTimeOffset());
        Assert.Empty(items.Where(item => item.Fault is not null).Select(item => item.Fault!.Reason));
        Assert.Equal(
            Person.Pack.Select(person => WorkerFactsJson.Write(person.Facts)), items.Select(item => WorkerFactsJson.Write(item.Record!.Facts)));
        Assert.DoesNotContain(Person.Canaries, canary => spooled.Contains(canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Same_people_again_are_the_same_records()
    {
        foreach (var person in Person.Pack)
            Put(person);

        var first = await FetchAsync();
        var second = await FetchAsync();

        Assert.Equal(first.Items.Select(item => item.Record!.Hash), second.Items.Select(item => item.Record!.Hash));
        Assert.Equal(Person.Pack.Count, first.Items.Select(item => item.Record!.Hash).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Nobody_at_all_is_an_answer_too()
    {
        var (result, items, _) = await FetchAsync();

        Assert.Equal((PullMode.Full, 0L), (result.Mode, result.Rows));
        Assert.Empty(items);
    }

    [Fact]
    public async Task All_pages_are_read()
    {
        PutMany(7);

        var (result, items, _) = await FetchAsync();

        Assert.Equal(7, result.Rows);
        Assert.Equal(7, items.Select(item => item.Record!.Facts.WorkerId).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Changes_since_the_cursor_come_alone_where_the_system_can_tell()
    {
        foreach (var person in Person.Pack)
            Put(person);
        Clock.Advance(TimeSpan.FromHours(1));
        var cursor = (await FetchAsync()).Result.Next;
        Assert.Equal(TellsChanges, cursor is not null);
        Put(Person.Pack[1] with { Title = "Principal" });
        Clock.Advance(TimeSpan.FromHours(1));

        var (result, items, _) = await FetchAsync(cursor);

        Assert.Equal(TellsChanges ? PullMode.Delta : PullMode.Full, result.Mode);
        Assert.Equal(TellsChanges ? 1 : Person.Pack.Count, items.Count);
        Assert.Equal("Principal", items.Single(item => item.Record!.Facts.WorkerId == "1002").Record!.Facts.Title);

        Assert.Equal(TellsChanges ? 0 : Person.Pack.Count, (await FetchAsync(result.Next)).Items.Count);
    }

    [Fact]
    public async Task Cursor_that_cannot_be_read_begins_anew()
    {
        Put(Person.Pack[0]);

        Assert.Equal(PullMode.Full, (await FetchAsync(new PullCursor("of another kind"))).Result.Mode);
    }

    [Theory]
    [InlineData(nameof(HrisSettings.TotalOff))]
    [InlineData(nameof(HrisSettings.TotalMoves))]
    [InlineData(nameof(HrisSettings.RepeatItem))]
    [InlineData(nameof(HrisSettings.SkipItem))]
    [InlineData(nameof(HrisSettings.CursorLoops))]
    [InlineData(nameof(HrisSettings.NextElsewhere))]
    [InlineData(nameof(HrisSettings.Truncate))]
    [InlineData(nameof(HrisSettings.SignInPage))]
    public async Task Pages_that_do_not_fit_together_are_no_feed(string fault)
    {
        PutMany(7);
        Hr.Settings = fault switch
        {
            nameof(HrisSettings.TotalOff) => Hr.Settings with { TotalOff = 1 },
            nameof(HrisSettings.TotalMoves) => Hr.Settings with { TotalMoves = true },
            nameof(HrisSettings.RepeatItem) => Hr.Settings with { RepeatItem = true },
            nameof(HrisSettings.SkipItem) => Hr.Settings with { SkipItem = true },
            nameof(HrisSettings.CursorLoops) => Hr.Settings with { CursorLoops = true },
            nameof(HrisSettings.NextElsewhere) => Hr.Settings with { NextElsewhere = true },
            nameof(HrisSettings.Truncate) => Hr.Settings with { Truncate = true },
            _ => Hr.Settings with { SignInPage = true },
        };

        if (Unseen.Contains(fault))
            await FetchAsync();
        else
            await FaultAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pause_that_the_system_asks_for_is_kept(bool asDate)
    {
        Put(Person.Pack[0]);
        Hr.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Next = 1, Method = "GET", RetryAfterSeconds = 7, RetryAfterAsDate = asDate });

        Assert.Single((await FetchAsync()).Items);

        Assert.Equal([TimeSpan.FromSeconds(7)], Clock.Pauses);
    }

    [Fact]
    public async Task Pause_that_is_too_long_ends_the_fetch_and_is_handed_on()
    {
        Put(Person.Pack[0]);
        Hr.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Always = true, Method = "GET", RetryAfterSeconds = 3600 });

        Assert.Equal(TimeSpan.FromHours(1), (await FaultAsync()).RetryAfter);

        Assert.Empty(Clock.Pauses);
    }

    [Theory]
    [InlineData(FaultKind.Error)]
    [InlineData(FaultKind.Reset)]
    public async Task What_passes_is_tried_again(FaultKind kind)
    {
        Put(Person.Pack[0]);
        Hr.Faults.Add(new FaultRule { Kind = kind, Next = 3, Method = "GET", Status = 503 });

        Assert.Single((await FetchAsync()).Items);

        Assert.Equal(3, Clock.Pauses.Count);
    }

    [Fact]
    public async Task What_does_not_pass_ends_after_a_few_tries()
    {
        Put(Person.Pack[0]);
        Hr.Faults.Add(new FaultRule { Kind = FaultKind.Error, Always = true, Method = "GET", Status = 503 });

        Assert.Contains(": 503. ", (await FaultAsync()).Message, StringComparison.Ordinal);

        Assert.Equal(5, Hr.Calls.Count(call => call.Method == "GET"));
        Assert.All(Clock.Pauses, pause => Assert.InRange(pause, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(12)));
    }

    [Fact]
    public async Task Page_to_sign_in_at_is_no_feed()
    {
        Put(Person.Pack[0]);
        Hr.Faults.Add(new FaultRule { Kind = FaultKind.Html, Always = true, Method = "GET" });

        Assert.Contains("instead of JSON", (await FaultAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credential_that_is_refused_ends_the_fetch_and_is_not_repeated_in_the_message()
    {
        Put(Person.Pack[0]);

        var fault = await Assert.ThrowsAsync<FeedException>(() => FetchAsync(secret: "wrong-s3cret"));

        Assert.Contains("credential is refused", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-s3cret", fault.ToString(), StringComparison.Ordinal);
        Assert.Empty(Clock.Pauses);
    }

    [Fact]
    public async Task Address_inside_the_network_is_refused_unless_it_is_allowed()
    {
        var address = _sandbox.SourceAddress("hr").AbsoluteUri.Replace("http:", "https:", StringComparison.Ordinal);
        var options = Options(address, new SecretReference { Value = Secret });
        options.AllowPrivateAddresses = false;

        var fault = await Assert.ThrowsAsync<FeedException>(async () =>
        {
            using var pull = SourceKinds.All[KindName].Pull!(options, Clock);
            await pull.FetchAsync(Stream.Null, null, CancellationToken.None);
        });

        Assert.Contains("allowPrivateAddresses", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_stops_when_it_is_cancelled()
    {
        Put(Person.Pack[0]);
        Hr.Faults.Add(new FaultRule { Kind = FaultKind.Timeout, Always = true });
        using var cancel = new CancellationTokenSource();
        using var pull = SourceKinds.All[KindName].Pull!(Options(), Clock);

        var fetch = pull.FetchAsync(Stream.Null, null, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    [Fact]
    public void Minimal_configuration_has_no_faults_and_an_empty_one_names_what_it_needs()
    {
        Assert.Empty(Options().Faults());
        Assert.NotEmpty(((PullOptions)Activator.CreateInstance(SourceKinds.All[KindName].OptionsType)!).Faults());
    }

    public async Task InitializeAsync() => _sandbox = await SandboxHost.StartAsync(
        new SandboxOptions { Sources = [new HrisOptions("hr", Stands, Secret)], Clock = Clock });

    public async Task DisposeAsync() => await _sandbox.DisposeAsync();

    /// <summary>The least that a configuration says, with the words and sites of the pack.</summary>
    protected abstract PullOptions Options(string address, SecretReference secret);

    /// <summary>Puts somebody into the system, in its own shape, canaries and all.</summary>
    internal abstract void Put(Person person);

    internal PullOptions Options(string? secret = null) =>
        Options(_sandbox.SourceAddress("hr").AbsoluteUri, new SecretReference { Value = secret ?? Secret });

    internal async Task<(PullResult Result, List<FeedItem> Items, string Spooled)> FetchAsync(
        PullCursor? since = null, string? secret = null, Action<PullOptions>? change = null)
    {
        var options = Options(secret);
        change?.Invoke(options);
        var kind = SourceKinds.All[KindName];
        using var pull = kind.Pull!(options, Clock);
        using var into = new MemoryStream();
        var result = await pull.FetchAsync(into, since, CancellationToken.None);
        var bytes = into.ToArray();
        var source = kind.Open(options, new FeedFile(() => new MemoryStream(bytes), result.Name) { Format = result.Format });
        await source.CheckAsync(CancellationToken.None);
        var items = new List<FeedItem>();
        await foreach (var item in source.ReadAsync(CancellationToken.None))
            items.Add(item);
        return (result, items, Encoding.UTF8.GetString(bytes));
    }

    /// <summary>A fetch that cannot be had; its message names nobody and nothing private.</summary>
    internal async Task<FeedException> FaultAsync()
    {
        var fault = await Assert.ThrowsAsync<FeedException>(() => FetchAsync());
        Assert.DoesNotContain(Person.Canaries, canary => fault.ToString().Contains(canary, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, fault.ToString(), StringComparison.Ordinal);
        return fault;
    }

    internal void PutMany(int count)
    {
        for (var i = 0; i < count; i++)
            Put(Person.Pack[0] with { Id = $"{2000 + i}" });
        Hr.Settings = Hr.Settings with { MaxPageSize = 3 };
    }
}
