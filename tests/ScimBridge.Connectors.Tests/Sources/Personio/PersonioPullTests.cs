using System.Text.Json.Nodes;
using ScimBridge.Connectors.Sources.Personio;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Connectors.Tests.Sources.Pulling;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Hris;

namespace ScimBridge.Connectors.Tests.Sources.Personio;

public sealed class PersonioPullTests : PullContractTests
{
    protected override string KindName => "personio";

    protected override HrisKind Stands => HrisKind.Personio;

    protected override bool TellsChanges => false;

    protected override Completeness Proof => Completeness.LastPage;

    // Pages are told by cursors alone: there is no total, and a record that is left out leaves no gap to see.
    protected override IReadOnlyCollection<string> Unseen =>
        [nameof(HrisSettings.TotalOff), nameof(HrisSettings.TotalMoves), nameof(HrisSettings.SkipItem)];

    [Fact]
    public async Task Of_several_employments_the_open_one_counts()
    {
        Hr.Put("1", new JsonObject
        {
            ["person"] = new JsonObject { ["id"] = "1", ["first_name"] = "Ada" },
            ["employments"] = new JsonArray(
                Employment("INACTIVE", "2026-02-01", "Left early"), Employment("ACTIVE", "2020-01-01", "Stayed"), Employment("INACTIVE", "2018-01-01", "Once")),
        }.ToJsonString());

        Assert.Equal("Stayed", Assert.Single((await FetchAsync()).Items).Record!.Facts.Title);

        static JsonObject Employment(string status, string start, string title) => new()
        {
            ["status"] = status, ["type"] = "INTERNAL", ["employment_start_date"] = start, ["position"] = new JsonObject { ["title"] = title },
        };
    }

    [Fact]
    public async Task Token_is_asked_for_once()
    {
        PutMany(4);

        await FetchAsync();

        Assert.Single(Hr.Calls, call => call.Path == "/v2/auth/token");
    }

    [Fact]
    public async Task Token_is_asked_for_again_where_that_passes()
    {
        Put(Person.Pack[0]);
        Hr.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Next = 1, Method = "POST", RetryAfterSeconds = 9 });

        Assert.Single((await FetchAsync()).Items);

        Assert.Equal([TimeSpan.FromSeconds(9)], Clock.Pauses);
    }

    protected override PullOptions Options(string address, SecretReference secret) => new PersonioSourceOptions
    {
        BaseUrl = address,
        ClientId = "papi-1",
        ClientSecret = secret,
        AllowPrivateAddresses = true,
        TimeZone = "Europe/Copenhagen",
        Sites = new() { ["PUN"] = "Asia/Kolkata" },
    };

    internal override void Put(Person person) => Hr.Put(person.Id, new JsonObject
    {
        ["person"] = new JsonObject
        {
            ["id"] = person.Id, ["first_name"] = person.Given, ["last_name"] = person.Family, ["email"] = person.Email,
            ["custom_attributes"] = new JsonArray(new JsonObject { ["label"] = "IBAN", ["value"] = Person.Canaries[1] }, new JsonObject { ["label"] = "SSN", ["value"] = Person.Canaries[2] }),
        },
        ["employments"] = new JsonArray(new JsonObject
        {
            ["id"] = $"e{person.Id}",
            ["status"] = person.Left ? "INACTIVE" : "ACTIVE",
            ["type"] = person.External ? "EXTERNAL" : "INTERNAL",
            ["employment_start_date"] = Person.Iso(person.Start),
            ["contract_end_date"] = Person.Iso(person.ContractEnd),
            ["termination"] = person.Termination is null ? null : new JsonObject { ["termination_date"] = Person.Iso(person.Termination), ["reason"] = Person.Canaries[0] },
            ["position"] = new JsonObject { ["title"] = person.Title },
            ["office"] = new JsonObject { ["id"] = person.Site },
            ["supervisor"] = person.Manager is null ? null : new JsonObject { ["id"] = person.Manager },
            ["salary"] = Person.Canaries[0],
        }),
    }.ToJsonString());
}
