using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Plans;
using ScimBridge.Storage.Stores;
using Xunit.Abstractions;

namespace ScimBridge.Server.Tests.Feeds;

/// <summary>
/// The corpus of bad feeds against a company that is known: nobody loses access by one of them, now or by what falls due in the two weeks
/// after it, and the rows that nothing is wrong with arrive all the same.
/// </summary>
public sealed class BadFeedTests(ITestOutputHelper output)
{
    private static readonly TimeSpan TwoWeeks = TimeSpan.FromDays(14);

    [Fact]
    public void There_are_more_than_two_hundred_different_bad_feeds()
    {
        Assert.Equal(BadFeeds.All.Count, BadFeeds.All.DistinctBy(f => (f.Family, f.Name)).Count());
        Assert.InRange(BadFeeds.All.DistinctBy(f => (Convert.ToBase64String(f.Bytes), f.ExpectedRows)).Count(), 200, int.MaxValue);
    }

    [Fact]
    public async Task No_bad_feed_takes_access_from_anybody_and_what_is_sound_in_it_arrives()
    {
        var template = Path.Combine(Path.GetTempPath(), $"scimbridge-{Guid.NewGuid():n}.db");
        try
        {
            await MakeTemplateAsync(template);
            var (today, later) = await TruthAsync(() => FeedBridge.StartAsync(template, Source()));
            var outcomes = new ConcurrentBag<Outcome>();
            var clock = Stopwatch.StartNew();
            await Parallel.ForEachAsync(
                BadFeeds.All,
                new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount) },
                async (feed, _) => outcomes.Add(await RunAsync(await FeedBridge.StartAsync(template, Source()), feed, today, later)));
            Tell([.. outcomes], clock.Elapsed);
            AssertSound([.. outcomes]);
        }
        finally
        {
            File.Delete(template);
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Some_of_the_bad_feeds_give_the_same_on_both_databases(DatabaseKind kind)
    {
        string[] names = ["a third, by the word", "manager, all", "every department has another code", "all suspended, all", "all but three, complete by the manifest"];
        var feeds = BadFeeds.All.Where(f => names.Contains(f.Name)).ToList();
        Assert.Equal(names.Length, feeds.Count);
        var (today, later) = await TruthAsync(() => BaseAsync(kind));
        var outcomes = new List<Outcome>();
        foreach (var feed in feeds)
            outcomes.Add(await RunAsync(await BaseAsync(kind), feed, today, later));
        AssertSound(outcomes);
    }

    [Fact]
    public async Task Feed_of_an_earlier_day_takes_no_access_and_one_that_says_so_changes_nothing()
    {
        await using var bridge = await BaseAsync(DatabaseKind.Sqlite);
        await bridge.ReadAsync(Encoding.UTF8.GetBytes(BadFeed.Text(SoundCompany.Sound())), new Manifest("full"));
        var (before, active) = (await bridge.UsersAsync(), await bridge.ActiveAsync());

        // One in which half had left, that says of when it is.
        var old = SoundCompany.Known.Select((r, i) => i % 2 == 0 ? r : [.. r[..5], "T", .. r[6..]]);
        await bridge.ReadAsync(
            Encoding.UTF8.GetBytes(BadFeed.Text(old)),
            new Manifest("full") { AsOf = bridge.Get<NodaTime.IClock>().GetCurrentInstant() - NodaTime.Duration.FromDays(3) });
        var after = await bridge.UsersAsync();
        Assert.All(before, u => Assert.Equal(u.Value.ToJsonString(), after[u.Key].ToJsonString()));

        // The very file of yesterday.
        await bridge.ReadAsync(Encoding.UTF8.GetBytes(BadFeed.Text(SoundCompany.Known)), new Manifest("full"));
        Assert.Equal(active, await bridge.ActiveAsync());
    }

    /// <summary>
    /// Four in a thousand more are wrongly terminated each working day. Each feed by itself is an ordinary one, so what the windows still
    /// take for ordinary passes: in a company of this size 10 in two weeks, 14 in a month. Rolling the batches back restores them all.
    /// </summary>
    [Fact]
    public async Task Slow_bleed_by_status_is_stopped_by_the_window_and_rolling_back_restores_all()
    {
        await using var bridge = await BaseAsync(DatabaseKind.Sqlite);
        var active = await bridge.ActiveAsync();
        var victims = SoundCompany.Known.Where(r => active.Contains(r[0]) && r[9].Length == 0).Where((_, i) => i % 7 == 3).Select(r => r[0]).ToList();
        var batches = new List<Batch>();
        var firstHeld = 0;
        for (var day = 1; day <= 12; day++)
        {
            bridge.Time.Advance(TimeSpan.FromDays(day is 5 or 10 ? 3 : 1));
            var gone = victims.Take((int)Math.Ceiling(day * 0.004 * active.Count)).ToHashSet(StringComparer.Ordinal);
            var rows = SoundCompany.Known.Select(r => gone.Contains(r[0]) ? [.. r[..5], "T", .. r[6..]] : r);
            var batch = await bridge.ReadAsync(Encoding.UTF8.GetBytes(BadFeed.Text(rows)), new Manifest("full"));
            batches.Add(batch);
            if (batch.Counts.Held > 0 && firstHeld == 0)
                firstHeld = day;
        }

        var users = await bridge.UsersAsync();
        var lost = victims.Count(v => !users[v]["active"]!.GetValue<bool>());
        output.WriteLine($"{active.Count} people: held from working day {firstHeld} on, {lost} had passed");
        Assert.InRange(firstHeld, 1, 8);
        Assert.InRange(lost, 1, 14);

        foreach (var batch in batches)
            await bridge.RollBackAsync(batch);
        await bridge.RunAsync(DrainKind.DecideWorkers);
        users = await bridge.UsersAsync();
        Assert.All(victims, v => Assert.True(users[v]["active"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Slow_bleed_by_absence_ends_nobody()
    {
        await using var bridge = await BaseAsync(DatabaseKind.Sqlite);
        for (var day = 1; day <= 12; day++)
        {
            bridge.Time.Advance(TimeSpan.FromHours(1));
            var rows = SoundCompany.Known.Where((_, i) => i % 20 != 3 || i > day * 20).ToList();
            await bridge.ReadAsync(Encoding.UTF8.GetBytes(BadFeed.Text(rows)), new Manifest("full") { ExpectedRows = rows.Count });
        }

        var users = await bridge.UsersAsync();
        Assert.All(SoundCompany.Known.Where(r => r[5] is "A" or "L" && r[9].Length == 0), r => Assert.True(users[r[0]]["active"]!.GetValue<bool>(), r[0]));
        var holds = await bridge.Database.ReadAsync(s => HoldStore.ListAsync(s, FeedBridge.Source, "open", null, 100, CancellationToken.None), CancellationToken.None);
        Assert.All(holds, h => Assert.Equal("missing", h.Kind));
        // Each who had access and is gone, once; who had left before is not missed.
        var missed = SoundCompany.Known.Where((r, i) => i % 20 == 3 && i <= 12 * 20 && users.ContainsKey(r[0])).ToList();
        Assert.Equal(missed.Count, holds.Sum(h => h.Records));
    }

    private static async Task<FeedBridge> BaseAsync(DatabaseKind kind)
    {
        var bridge = await FeedBridge.StartAsync(kind, Source());
        var batch = await bridge.ReadAsync(Encoding.UTF8.GetBytes(BadFeed.Text(SoundCompany.Known)), new Manifest("full"));
        Assert.Equal((SoundCompany.People, 0L), (batch.Counts.Changed, batch.Counts.Faults));
        return bridge;
    }

    private static async Task MakeTemplateAsync(string path)
    {
        await using var bridge = await BaseAsync(DatabaseKind.Sqlite);
        Assert.InRange((await bridge.ActiveAsync()).Count, 300, SoundCompany.People);
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={bridge.Location}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $path";
        command.Parameters.AddWithValue("$path", path);
        await command.ExecuteNonQueryAsync();
    }

    // Who is active after the sound feed: on its day, and two weeks later.
    private static async Task<(HashSet<string> Today, HashSet<string> Later)> TruthAsync(Func<Task<FeedBridge>> start)
    {
        await using var bridge = await start();
        var batch = await bridge.ReadAsync(Encoding.UTF8.GetBytes(BadFeed.Text(SoundCompany.Sound())), new Manifest("full"));
        Assert.Equal((20L, 0L), (batch.Counts.Changed, batch.Counts.Faults));
        var today = await bridge.ActiveAsync();
        await bridge.PassAsync(TwoWeeks);
        return (today, await bridge.ActiveAsync());
    }

    private static async Task<Outcome> RunAsync(FeedBridge bridge, BadFeed feed, HashSet<string> today, HashSet<string> later)
    {
        await using var _ = bridge;
        var batch = await bridge.ReadAsync(feed.Bytes, new Manifest("full") { ExpectedRows = feed.ExpectedRows });
        var users = await bridge.UsersAsync();
        var known = SoundCompany.Known.Select(r => r[0]).ToHashSet(StringComparer.Ordinal);
        var wrong = Wrong(today, users);
        var unaffected = feed.Unaffected();
        var news = SoundCompany.Retitled.Concat(SoundCompany.Hired.Select(r => r[0])).Where(unaffected.Contains).ToList();
        var lost = news.Where(id => !Arrived(users, id)).ToList();
        await bridge.PassAsync(TwoWeeks);
        var wrongLater = Wrong(later, await bridge.UsersAsync());
        var refused = batch.State == "failed" && batch.Counts.Rows == 0;
        return new Outcome(feed, batch, wrong, [.. wrongLater.Except(wrong)], news.Count, lost, refused);

        List<string> Wrong(HashSet<string> truth, Dictionary<string, JsonObject> now) =>
            [.. truth.Where(known.Contains).Where(id => !now.TryGetValue(id, out var user) || !user["active"]!.GetValue<bool>())];
    }

    private static bool Arrived(Dictionary<string, JsonObject> users, string id) =>
        users.TryGetValue(id, out var user) && user["title"]?.GetValue<string>() is { } title
        && (title.StartsWith("Senior ", StringComparison.Ordinal) || title == "Trainee");

    private static void AssertSound(IReadOnlyCollection<Outcome> outcomes)
    {
        Assert.Empty(outcomes.Where(o => o.Wrong.Count + o.WrongLater.Count > 0).Select(o => $"{o.Feed.Family}: {o.Feed.Name}: {o.Wrong.Count} now, {o.WrongLater.Count} later"));
        // A feed that is refused as a whole has no records: what is in it cannot be told.
        var read = outcomes.Where(o => !o.Refused).ToList();
        var (news, lost) = (read.Sum(o => o.News), read.Sum(o => o.Lost.Count));
        Assert.True(news - lost >= 0.999 * news, $"{lost} of {news} sound records did not arrive: "
            + string.Join("; ", read.Where(o => o.Lost.Count > 0).Select(o => $"{o.Feed.Family}: {o.Feed.Name}: {string.Join(' ', o.Lost)}")));
    }

    private void Tell(List<Outcome> outcomes, TimeSpan elapsed)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"feeds of",-18}{"feeds",7}{"refused",9}{"held",7}{"doubted",9}{"sound",7}{"arrived",9}{"wrong",7}{"later",7}"));
        foreach (var family in outcomes.GroupBy(o => o.Feed.Family, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            output.WriteLine(Line(family.Key, [.. family]));
        output.WriteLine(Line("all", outcomes));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s"));
        foreach (var o in outcomes.Where(o => o.Wrong.Count + o.WrongLater.Count + (o.Refused ? 0 : o.Lost.Count) > 0).OrderBy(o => o.Feed.Family, StringComparer.Ordinal))
            output.WriteLine($"{o.Feed.Family}: {o.Feed.Name}: wrong {string.Join(' ', o.Wrong)}; later {string.Join(' ', o.WrongLater)}; lost {string.Join(' ', o.Lost)}; {o.Batch.Counts} {o.Batch.Error}");

        static string Line(string name, List<Outcome> of) => string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-18}{of.Count,7}{of.Count(o => o.Refused),9}{of.Sum(o => o.Batch.Counts.Held),7}{of.Sum(o => o.Batch.Counts.Faults),9}{of.Where(o => !o.Refused).Sum(o => o.News),7}{of.Where(o => !o.Refused).Sum(o => o.News - o.Lost.Count),9}{of.Sum(o => o.Wrong.Count),7}{of.Sum(o => o.WrongLater.Count),7}");
    }

    /// <summary>What a source declares of the company's export.</summary>
    private static JsonObject Source() => new()
    {
        ["kind"] = "csv",
        ["columns"] = new JsonObject
        {
            ["workerId"] = "id", ["employeeNumber"] = "number", ["givenName"] = "given", ["familyName"] = "family", ["workEmail"] = "email",
            ["status"] = "status", ["type"] = "type", ["startDate"] = "start", ["contractEndDate"] = "contractEnd", ["terminationDate"] = "lastDay",
            ["title"] = "title", ["department"] = "department", ["departmentCode"] = "departmentCode", ["costCenter"] = "costCenter",
            ["company"] = "company", ["location"] = "site", ["country"] = "country", ["timeZone"] = "zone", ["leaveStart"] = "leaveStart",
            ["leaveEnd"] = "leaveEnd", ["managerId"] = "manager",
        },
        ["words"] = new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["A"] = "active", ["L"] = "onLeave", ["T"] = "terminated", ["P"] = "prehire", ["S"] = "suspended", ["G"] = "gardenLeave",
                ["D"] = "discarded", ["O"] = "dormant",
            },
            ["type"] = new JsonObject { ["E"] = "employee", ["C"] = "contractor" },
        },
        ["timeZone"] = "Europe/Copenhagen",
    };

    private sealed record Outcome(
        BadFeed Feed, Batch Batch, IReadOnlyList<string> Wrong, IReadOnlyList<string> WrongLater, int News, IReadOnlyList<string> Lost, bool Refused);
}
