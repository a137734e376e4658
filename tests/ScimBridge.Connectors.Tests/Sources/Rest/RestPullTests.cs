using System.Text.Json.Nodes;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Connectors.Sources.Rest;
using ScimBridge.Connectors.Tests.Sources.Pulling;
using ScimBridge.Sandbox.Hris;

namespace ScimBridge.Connectors.Tests.Sources.Rest;

/// <summary>The same contract for each way of going on from page to page.</summary>
public abstract class RestPullTests : PullContractTests
{
    protected override string KindName => "rest";

    protected override HrisKind Stands => HrisKind.Rest;

    protected abstract RestPaging Paging { get; }

    protected override PullOptions Options(string address, SecretReference secret) => new RestSourceOptions
    {
        Url = $"{address}/api/workers",
        Auth = new() { User = "bridge", Secret = secret },
        Items = "data.items",
        Total = "meta.total",
        Paging = Paging,
        Since = new() { Parameter = "updatedSince" },
        AllowPrivateAddresses = true,
        TimeZone = "Europe/Copenhagen",
        Sites = new() { ["PUN"] = "Asia/Kolkata" },
        Columns = new()
        {
            ["workerId"] = "id", ["givenName"] = "name.given", ["familyName"] = "name.family", ["status"] = "state", ["type"] = "kind",
            ["startDate"] = "dates.from", ["contractEndDate"] = "dates.contract", ["terminationDate"] = "dates.to", ["title"] = "jobs[0].title",
            ["location"] = "jobs[0].site", ["managerId"] = "boss.id", ["workEmail"] = "mails[kind=work].address",
        },
        Words = new()
        {
            Status = new() { ["here"] = "active", ["gone"] = "terminated" },
            Type = new() { ["own"] = "employee", ["ext"] = "contractor" },
        },
    };

    internal override void Put(Person person) => Hr.Put(person.Id, new JsonObject
    {
        ["id"] = int.Parse(person.Id, System.Globalization.CultureInfo.InvariantCulture),
        ["name"] = new JsonObject { ["given"] = person.Given, ["family"] = person.Family },
        ["state"] = person.Left ? "gone" : "here",
        ["kind"] = person.External ? "ext" : "own",
        ["dates"] = new JsonObject { ["from"] = Person.Iso(person.Start), ["contract"] = Person.Iso(person.ContractEnd), ["to"] = Person.Iso(person.Termination) },
        ["jobs"] = new JsonArray(new JsonObject { ["title"] = person.Title, ["site"] = person.Site, ["salary"] = Person.Canaries[0] }),
        ["boss"] = person.Manager is null ? null : new JsonObject { ["id"] = int.Parse(person.Manager, System.Globalization.CultureInfo.InvariantCulture) },
        ["mails"] = new JsonArray(
            new JsonObject { ["kind"] = "home", ["address"] = Person.Canaries[2] }, new JsonObject { ["kind"] = "work", ["address"] = person.Email }),
        ["bank"] = new JsonObject { ["iban"] = Person.Canaries[1] },
    }.ToJsonString());
}

public sealed class RestPagePullTests : RestPullTests
{
    protected override RestPaging Paging => new() { Kind = RestPagingKind.Page, Parameter = "page", SizeParameter = "size", Size = 3 };

    // Numbers lead on: there is no cursor to loop and no address to follow.
    protected override IReadOnlyCollection<string> Unseen => [nameof(HrisSettings.CursorLoops), nameof(HrisSettings.NextElsewhere)];
}

public sealed class RestOffsetPullTests : RestPullTests
{
    protected override RestPaging Paging => new() { Kind = RestPagingKind.Offset, Parameter = "offset", SizeParameter = "size", Size = 3 };

    protected override IReadOnlyCollection<string> Unseen => [nameof(HrisSettings.CursorLoops), nameof(HrisSettings.NextElsewhere)];
}

public sealed class RestCursorPullTests : RestPullTests
{
    protected override RestPaging Paging => new() { Kind = RestPagingKind.Cursor, Parameter = "cursor", SizeParameter = "size", Size = 3, Next = "meta.cursor" };

    protected override IReadOnlyCollection<string> Unseen => [nameof(HrisSettings.NextElsewhere)];
}

public sealed class RestLinkPullTests : RestPullTests
{
    protected override RestPaging Paging => new() { Kind = RestPagingKind.Link, SizeParameter = "size", Size = 3 };
}

public sealed class RestNextUrlPullTests : RestPullTests
{
    protected override RestPaging Paging => new() { Kind = RestPagingKind.NextUrl, SizeParameter = "size", Size = 3, Next = "meta.nextUrl" };

    [Theory]
    [InlineData("bearer")]
    [InlineData("header")]
    [InlineData("oauth")]
    public async Task Calls_say_who_makes_them_in_every_way(string way)
    {
        PutMany(4);

        var (result, _, _) = await FetchAsync(change: options =>
        {
            var rest = (RestSourceOptions)options;
            var secret = new SecretReference { Value = Secret };
            rest.Auth = way switch
            {
                "bearer" => new() { Secret = secret },
                "header" => new() { Header = "X-Api-Key", Secret = secret },
                _ => new() { TokenUrl = rest.Url!.Replace("/api/workers", "/oauth/token", StringComparison.Ordinal), ClientId = "bridge", Secret = secret },
            };
        });

        Assert.Equal(4, result.Rows);
    }
}
