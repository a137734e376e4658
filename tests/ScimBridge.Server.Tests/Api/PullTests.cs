using System.Net;
using ScimBridge.Fixtures;
using static ScimBridge.Server.Tests.TestBridge;

namespace ScimBridge.Server.Tests.Api;

/// <summary>How clients keep up: what has changed since, and listings that go on while everything moves (RFC 9865).</summary>
public sealed class PullTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_was_modified_since_is_all_that_an_incremental_pull_gives(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        await bridge.ImportAsync(Row("1", "Grace", "Okafor"), Row("2", "Ann", "Ek"), Row("3", "Bo", "Holm"));
        var since = (await bridge.ListAsync("/Users?sortBy=meta.lastModified&sortOrder=descending&count=1"))[0].Body!["meta"]!["lastModified"]!;
        Assert.Empty(await bridge.ListAsync($"/Users?filter=meta.lastModified gt \"{since}\""));

        await bridge.ImportAsync(Row("1", "Grace", "Okafor"), Row("2", "Ann", "Ek", title: "Pilot"), Row("3", "Bo", "Holm"));
        await bridge.UserAsync("guest@other.example");

        var changed = await bridge.ListAsync($"/Users?filter=meta.lastModified gt \"{since}\"&sortBy=meta.lastModified");
        Assert.Equal(["ann.ek@corp.example", "guest@other.example"], changed.Select(u => (string?)u.Body!["userName"]));
        Assert.Equal(4, (await bridge.ListAsync("/Users?filter=meta.lastModified ge \"2020-01-01T00:00:00Z\"")).Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_is_there_throughout_is_on_one_page_of_a_cursor_whatever_comes_and_goes(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        foreach (var query in new[] { "", "&sortBy=userName", "&sortBy=title&sortOrder=descending", "&filter=userName ew \"stay.example\"" })
        {
            var stays = new List<string>();
            var goes = new Queue<string>();
            for (var i = 0; i < 20; i++)
            {
                // Half of them share a title, and half have none: the order must be total all the same.
                stays.Add(await bridge.UserAsync($"u{i:00}@stay.example", u => u["title"] = i % 2 == 0 ? "Pilot" : null));
                goes.Enqueue(await bridge.UserAsync($"u{i:00}@go.example", u => u["title"] = "Pilot"));
            }

            var seen = new List<string>();
            var come = new List<string>();
            string? cursor = "";
            for (var page = 0; cursor is not null; page++)
            {
                Assert.InRange(page, 0, 40);
                var body = (await bridge.GetAsync($"/Users?count=7&cursor={cursor}{query}")).Is(HttpStatusCode.OK).Body!;
                seen.AddRange(body["Resources"]!.AsArray().Select(r => (string)r!["id"]!));
                cursor = (string?)body["nextCursor"];
                // Before, within and behind the page that comes next; also the one that the cursor points at.
                for (var i = 0; i < 2 && goes.Count > 0; i++)
                    (await bridge.DeleteAsync("/Users/" + goes.Dequeue())).Is(HttpStatusCode.NoContent);
                if (page < 4)
                {
                    come.Add(await bridge.UserAsync($"a{page}@come.example"));
                    come.Add(await bridge.UserAsync($"z{page}@come.example", u => u["title"] = "Pilot"));
                }
            }

            Assert.Equal(stays.Order(StringComparer.Ordinal), seen.Intersect(stays, StringComparer.Ordinal).Order(StringComparer.Ordinal));
            Assert.Equal(seen.Count, seen.Distinct(StringComparer.Ordinal).Count());
            foreach (var id in stays.Concat(goes).Concat(come))
                (await bridge.DeleteAsync("/Users/" + id)).Is(HttpStatusCode.NoContent);
        }
    }
}
