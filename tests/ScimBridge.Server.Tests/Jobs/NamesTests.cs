using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>User names: everybody's own, whoever writes at the same time, and nobody else's afterwards.</summary>
public sealed class NamesTests
{
    private const int PerSource = 50;
    private static readonly string[] Sources = ["hr", "hr2", "hr3", "hr4"];

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_hundred_people_of_one_name_in_one_batch_all_get_their_own(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);

        await bridge.ImportAsync([.. Enumerable.Range(1, 200).Select(i => TestBridge.Row($"{i}", "Anna", "Berg"))]);

        Assert.Equal(200, bridge.Corp.UserCount);
        Assert.Equal(
            Enumerable.Range(1, 200).Select(i => i == 1 ? "anna.berg@corp.example" : $"anna.berg{i}@corp.example").Order(StringComparer.Ordinal),
            (await BodiesAsync(bridge.Database)).Select(b => (string)b.Body["userName"]!).Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_hundred_people_of_one_name_hired_by_eight_writers_at_once_all_get_their_own(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json =>
        {
            TestBridge.Unheld(json);
            foreach (var source in Sources.Skip(1))
                json["sources"]![source] = json["sources"]!["hr"]!.DeepClone();
        });
        using var http = new HttpClient();
        var imports = Sources.Select(async (source, s) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(bridge.Url), $"/hris/v1/{source}/batches?mode=full"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await bridge.TokenAsync("strict", source, $"hris.write:{source}"));
            var rows = Enumerable.Range(1, PerSource).Select(i => TestBridge.Row($"{s}-{i}", "Anna", "Berg"));
            request.Content = new StringContent(string.Join('\n', [TestBridge.Header, .. rows]) + "\n");
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        });
        // Clients want names out of the same row, in other letters.
        var clients = Enumerable.Range(0, 4).Select(async c =>
        {
            for (var i = 2; i < 60; i++)
            {
                var name = (c % 2 == 0 ? "Anna.Berg" : "änna.Bérg") + i.ToString(CultureInfo.InvariantCulture) + "@corp.example";
                var answer = await bridge.PostAsync("/Users", ApiBridge.User(name));
                Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{(int)answer.Status}");
            }
        });

        await Task.WhenAll(imports.Concat(clients));

        var bodies = await BodiesAsync(bridge.Database);
        for (var i = 0; i < 1_500 && bodies.Count(b => b.Origin.StartsWith("hr:", StringComparison.Ordinal)) < Sources.Length * PerSource; i++)
        {
            await Task.Delay(20);
            bodies = await BodiesAsync(bridge.Database);
        }

        Assert.Equal(Sources.Length * PerSource, bodies.Count(b => b.Origin.StartsWith("hr:", StringComparison.Ordinal)));
        Assert.Contains(bodies, b => b.Origin.StartsWith("client:", StringComparison.Ordinal));
        Assert.Equal(bodies.Count, bodies.Select(b => NameFolding.Key((string)b.Body["userName"]!)).Distinct(StringComparer.Ordinal).Count());
        foreach (var source in Sources)
            Assert.Equal(0, (await bridge.Database.ReadAsync(s => QuarantineStore.CountAsync(s, source, CancellationToken.None), CancellationToken.None)).Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Name_of_a_user_who_was_deleted_is_free_for_clients_and_not_for_those_who_are_hired(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var id = await bridge.UserAsync("Ánna.Berg@corp.example");
        (await bridge.DeleteAsync("/Users/" + id)).Is(HttpStatusCode.NoContent);

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"));

        await bridge.FindAsync("anna.berg2@corp.example");
        await bridge.UserAsync("anna.berg@corp.example");
        (await bridge.PostAsync("/Users", ApiBridge.User("änna.berg@corp.example"))).Is(HttpStatusCode.Conflict, "uniqueness");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Name_may_be_anothers_after_the_configured_time(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json => json["mapping"]!["reuseAfterDays"] = 0);
        var id = await bridge.UserAsync("anna.berg@corp.example");
        (await bridge.DeleteAsync("/Users/" + id)).Is(HttpStatusCode.NoContent);

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"));

        await bridge.FindAsync("anna.berg@corp.example");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_is_renamed_keeps_the_old_address_and_the_old_name_from_others(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            json["mapping"]!["onRename"] = "rename";
        });
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"), TestBridge.Row("2", "Bo", "Dahl"));

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Lund"), TestBridge.Row("2", "Bo", "Dahl", title: "Chief"), TestBridge.Row("3", "Anna", "Berg"));

        var renamed = await UserAsync(bridge, "Lund");
        Assert.Equal("anna.lund@corp.example", (string?)renamed["userName"]);
        Assert.Equal(
            """[{"value":"anna.lund@corp.example","type":"work","primary":true},{"value":"anna.berg@corp.example","type":"alias"}]""",
            renamed["emails"]!.ToJsonString());
        Assert.Equal("anna.berg2@corp.example", (string?)(await UserAsync(bridge, "Berg"))["userName"]);
        Assert.Equal("bo.dahl@corp.example", (string?)(await UserAsync(bridge, "Dahl"))["userName"]);
        Assert.NotNull(bridge.Corp.FindUser("anna.lund@corp.example"));
        Assert.Null(bridge.Corp.FindUser("anna.berg@corp.example"));

        // What comes in later and says nothing of the name leaves both as they are; and she may have the old one back.
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Lund", title: "Chief"), TestBridge.Row("2", "Bo", "Dahl", title: "Chief"), TestBridge.Row("3", "Anna", "Berg"));
        Assert.Equal(renamed["emails"]!.ToJsonString(), (await UserAsync(bridge, "Lund"))["emails"]!.ToJsonString());
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "Chief"), TestBridge.Row("2", "Bo", "Dahl", title: "Chief"), TestBridge.Row("3", "Anna", "Berg"));
        var back = (await BodiesAsync(bridge.Database)).Select(b => b.Body).Single(b => (string)b["userName"]! == "anna.berg@corp.example");
        Assert.Equal(
            """[{"value":"anna.berg@corp.example","type":"work","primary":true},{"value":"anna.lund@corp.example","type":"alias"}]""",
            back["emails"]!.ToJsonString());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_is_renamed_keeps_the_name_where_nothing_else_is_said(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Lund"));

        var renamed = await UserAsync(bridge, "Lund");
        Assert.Equal("anna.berg@corp.example", (string?)renamed["userName"]);
        Assert.Single(renamed["emails"]!.AsArray());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Name_that_hr_gives_and_another_has_puts_that_worker_in_quarantine_and_nobody_else(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => json["sources"]!["hr"]!["columns"]!["userName"] = "title");
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "Zoé"));

        await bridge.ImportAsync(
            TestBridge.Row("1", "Anna", "Berg", title: "Zoé"), TestBridge.Row("2", "Bo", "Dahl", title: "zoe"),
            TestBridge.Row("3", "Eva", "Holm", title: "eva"), TestBridge.Row("4", "Eva", "Friis", title: "EVA"));

        Assert.Equal(["Berg", "Holm"], (await BodiesAsync(bridge.Database)).Select(b => (string)b.Body["name"]!["familyName"]!).Order(StringComparer.Ordinal));
        var quarantined = await bridge.Database.ReadAsync(s => QuarantineStore.ListAsync(s, "hr", null, 10, CancellationToken.None), CancellationToken.None);
        Assert.Equal(["2", "4"], quarantined.Select(q => q.WorkerId).Order(StringComparer.Ordinal));
        Assert.All(quarantined, q => Assert.Equal(("mapping", "userName"), (q.Rule, q.Field)));
    }

    private static async Task<JsonObject> UserAsync(TestBridge bridge, string family) =>
        (await BodiesAsync(bridge.Database)).Select(b => b.Body).Single(b => (string?)b["name"]!["familyName"] == family);

    private static async Task<List<(JsonObject Body, string Origin)>> BodiesAsync(Database database) => await database.ReadAsync(
        s => s.QueryAsync(
            "SELECT body, origin FROM resource WHERE type = 'User'",
            r => (JsonNode.Parse(r.GetString(0))!.AsObject(), r.GetString(1)),
            CancellationToken.None),
        CancellationToken.None);
}
