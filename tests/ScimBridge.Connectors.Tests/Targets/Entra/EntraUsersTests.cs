using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>Users in a tenant: how they are made, found, taken over, restored, changed and shut out.</summary>
public sealed class EntraUsersTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private EntraTenant _tenant = null!;
    private EntraTarget _target = null!;

    private GraphState State => _tenant.State;

    public async Task InitializeAsync()
    {
        _tenant = await EntraTenant.StartAsync();
        _target = _tenant.Open();
    }

    public async Task DisposeAsync()
    {
        _target.Dispose();
        await _tenant.DisposeAsync();
    }

    [Fact]
    public async Task Everything_that_is_mapped_is_written_and_read_back()
    {
        var id = await CreatedAsync(User(employeeNumber: "50117"));

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                $$"""
                {
                  "userPrincipalName": "mira.holt@corp.example", "displayName": "Mira Holt", "givenName": "Mira", "surname": "Holt", "mail": "mira.holt@corp.example",
                  "jobTitle": "Engineer", "department": "Sales", "companyName": "Corp A/S", "employeeId": "50117", "employeeType": "Employee",
                  "employeeOrgData": { "costCenter": "4410", "division": "EU" }, "mobilePhone": "+45 2", "businessPhones": ["+45 1"],
                  "preferredLanguage": "da-DK", "city": "Aarhus", "country": "DK", "usageLocation": "DK", "accountEnabled": true, "mailNickname": "mira.holt",
                  "userType": "Member", "{{EntraTenant.Extension}}": "{{Key}}"
                }
                """),
            JsonNode.Parse(State.Object(id)!)), State.Object(id));
        var (_, account) = await _target.GetAsync(AccountKind.User, id, None);
        var attributes = account!.Attributes;
        Assert.Equal(
            ("mira.holt", "4410", "50117", "+45 1", "+45 2", "Aarhus", "DK"),
            ((string?)attributes["userName"], (string?)attributes[Enterprise]!["costCenter"], (string?)attributes[Enterprise]!["employeeNumber"], Phone("work"), Phone("mobile"),
            (string?)attributes["addresses"]![0]!["locality"], (string?)attributes["addresses"]![0]!["country"]));

        string? Phone(string type) => (string?)attributes["phoneNumbers"]!.AsArray().Single(p => (string?)p!["type"] == type)!["value"];
    }

    [Fact]
    public async Task Password_is_another_each_time_and_is_told_nobody()
    {
        await CreatedAsync(User("ann@corp.example") with { CorrelationKey = "1" });
        var other = User("bob@corp.example");
        other.Attributes.Remove("emails");
        State.Faults.Add(new FaultRule { Kind = FaultKind.Error, Method = "POST", PathContains = "/v1.0/users", Next = 1, Status = 503 });
        var reason = Assert.IsType<Outcome.Retry>(await _target.CreateAsync(other, None)).Reason;
        await CreatedAsync(other);

        var passwords = _tenant.Exchanges.Where(e => e.Method == "POST").Select(e => JsonNode.Parse(e.Request)!["passwordProfile"]!).ToList();

        Assert.Equal(3, passwords.Select(p => (string)p["password"]!).Distinct().Count());
        Assert.All(passwords, p => Assert.True(((string)p["password"]!).Length == 32 && (bool)p["forceChangePasswordNextSignIn"]!));
        Assert.All(passwords, p => Assert.DoesNotContain((string)p["password"]!, reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Country_that_is_no_code_is_no_usage_location()
    {
        var account = User();
        account.Attributes["addresses"]![0]!["country"] = "Denmark";

        var id = await CreatedAsync(account);

        Assert.Equal(("Denmark", null), (State.Property(id, "country"), State.Property(id, "usageLocation")));
    }

    [Fact]
    public async Task Profile_is_laid_over_what_is_mapped_anyway()
    {
        using var target = _tenant.Open(o => o.Profile = new()
        {
            ["mail"] = "",
            ["employeeHireDate"] = Enterprise + ":costCenter",
            ["officeLocation"] = "addresses[work].locality",
            ["extensionAttribute3"] = "title",
        });
        var account = User();
        account.Attributes[Enterprise]!["costCenter"] = "2026-10-01";

        var id = Assert.IsType<Outcome.Done>(await target.CreateAsync(account, None)).RemoteId!;

        Assert.Null(State.Property(id, "mail"));
        Assert.Equal(("Aarhus", "Engineer"), (State.Property(id, "officeLocation"), (string?)JsonNode.Parse(State.Property(id, "onPremisesExtensionAttributes")!)!["extensionAttribute3"]));
        Assert.StartsWith("2026-10-01T00:00:00", State.Property(id, "employeeHireDate"), StringComparison.Ordinal);
        Assert.Equal("2026-10-01T00:00:00Z", (string?)(await target.GetAsync(AccountKind.User, id, None)).Account!.Attributes[Enterprise]!["costCenter"]);

        await target.UpdateAsync(AccountKind.User, id, [Title(null)], active: null, None);
        Assert.Null(JsonNode.Parse(State.Property(id, "onPremisesExtensionAttributes")!)!["extensionAttribute3"]);
    }

    [Fact]
    public async Task Update_sends_what_changed_and_nothing_else()
    {
        var id = await CreatedAsync(User());
        _tenant.Forget();

        await _target.UpdateAsync(AccountKind.User, id, [Title(null), new(Enterprise, "division", "US")], active: null, None);

        var patch = Assert.Single(_tenant.Exchanges);
        var body = JsonNode.Parse(patch.Request)!.AsObject();
        body.Remove("@odata.type");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"jobTitle":null,"employeeOrgData":{"division":"US"}}"""), body), patch.Request);
        Assert.Equal("4410", (string?)JsonNode.Parse(State.Property(id, "employeeOrgData")!)!["costCenter"]);
    }

    [Fact]
    public async Task Targets_that_are_made_at_the_same_time_write_what_is_cleared_once()
    {
        var id = await CreatedAsync(User());
        _tenant.Forget();

        await Parallel.ForEachAsync(Enumerable.Range(0, 32), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) =>
        {
            using var target = _tenant.Open();
            Assert.Equal(new Outcome.Done(id), await target.UpdateAsync(AccountKind.User, id, [Title(null)], active: null, None));
        });

        Assert.Equal(32, _tenant.Exchanges.Count);
        Assert.All(_tenant.Exchanges, e => Assert.Equal(2, e.Request.Split("\"jobTitle\"").Length));
    }

    [Fact]
    public async Task What_cannot_be_cleared_is_left_as_it_is()
    {
        var id = await CreatedAsync(User());

        Assert.Equal(new Outcome.Done(id), await _target.UpdateAsync(AccountKind.User, id, [new(null, "displayName", null), new(null, "addresses", null)], active: null, None));

        Assert.Equal(("Mira Holt", "DK", null), (State.Property(id, "displayName"), State.Property(id, "usageLocation"), State.Property(id, "country")));
    }

    [Fact]
    public async Task Manager_is_set_replaced_and_taken_away()
    {
        var (boss, other) = (State.Add("user", Existing(name: "boss@corp.example")), State.Add("user", Existing(name: "other@corp.example")));
        var id = await CreatedAsync(User(manager: boss));
        Assert.Equal(boss, State.ManagerOf(id));
        Assert.Equal(boss, (string?)(await _target.GetAsync(AccountKind.User, id, None)).Account!.Attributes[Enterprise]!["manager"]!["value"]);

        foreach (var (manager, expected) in new (string?, string?)[] { (other, other), (other, other), (null, null), (null, null) })
        {
            Assert.Equal(new Outcome.Done(id), await _target.UpdateAsync(AccountKind.User, id, [Manager(manager)], active: null, None));
            Assert.Equal(expected, State.ManagerOf(id));
        }

        Assert.Contains("manager", Assert.IsType<Outcome.Rejected>(await _target.UpdateAsync(AccountKind.User, id, [Manager(Guid.NewGuid().ToString())], active: null, None)).Reason, StringComparison.Ordinal);
        Assert.IsType<Outcome.Gone>(await _target.UpdateAsync(AccountKind.User, Guid.NewGuid().ToString(), [Manager(null), Title("x")], active: null, None));
    }

    [Fact]
    public async Task Account_whose_manager_cannot_be_set_yet_is_found_afterwards_and_not_made_twice()
    {
        var boss = State.Add("user", Existing(name: "boss@corp.example"));
        State.Faults.Add(new FaultRule { Kind = FaultKind.Error, Method = "PUT", Next = 1 });

        Assert.False(Assert.IsType<Outcome.Retry>(await _target.CreateAsync(User(manager: boss), None)).Untouched);

        Assert.IsType<Outcome.Exists>(await _target.FindAsync(AccountKind.User, Key, None));
        Assert.Equal(1, State.Creates["mira.holt@corp.example"]);
    }

    [Fact]
    public async Task Not_found_a_moment_after_it_was_made_is_not_gone()
    {
        using var target = _tenant.Open();
        State.Settings = new GraphSettings { CallsBehind = 3 };
        var id = Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None)).RemoteId!;

        Assert.Equal(TimeSpan.FromSeconds(5), Assert.IsType<Outcome.Retry>(await target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: null, None)).After);
        Assert.IsType<Outcome.Retry>((await target.GetAsync(AccountKind.User, id, None)).Outcome);
        Assert.IsType<Outcome.Retry>(await target.DeleteAsync(AccountKind.User, id, None));
        Assert.Equal(new Outcome.Done(id), await target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: null, None));
        Assert.Equal("Lead", State.Property(id, "jobTitle"));
    }

    [Fact]
    public async Task Not_found_long_after_it_was_made_is_gone()
    {
        var clock = new LaterClock();
        using var target = _tenant.Open(clock: clock);
        State.Settings = new GraphSettings { CallsBehind = 1 };
        var id = Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None)).RemoteId!;

        clock.By = TimeSpan.FromMinutes(6);

        Assert.IsType<Outcome.Gone>(await target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: null, None));
    }

    [Fact]
    public async Task Account_from_an_on_premises_directory_is_refused_with_the_reason()
    {
        var id = State.Add("user", Existing(Key, extra: """{"onPremisesSyncEnabled":true}"""));
        var before = State.StateJson();

        foreach (bool? active in new bool?[] { null, false })
        {
            Assert.Contains(
                "on-premises directory",
                Assert.IsType<Outcome.Rejected>(await _target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active, None)).Reason,
                StringComparison.Ordinal);
        }

        Assert.Equal(before, State.StateJson());
    }

    [Theory]
    [InlineData("""{"employeeId":"50117"}""", true)]
    [InlineData("""{"employeeId":"50117","onPremisesSyncEnabled":true}""", false)]
    [InlineData("""{"employeeId":"50117","userType":"Guest"}""", false)]
    [InlineData("""{"employeeId":"50117","extension_0123456789abcdef0123456789abcdef_scimBridgeId":"another"}""", false)]
    public async Task Account_with_the_same_employee_id_is_taken_over_if_it_may_be(string extra, bool taken)
    {
        var id = State.Add("user", Existing(name: "holt@corp.example", extra: extra));

        var outcome = await _target.CreateAsync(User(employeeNumber: "50117"), None);

        Assert.Equal(taken ? new Outcome.Exists(id) : null, outcome as Outcome.Exists);
        Assert.Equal(taken, State.Property(id, EntraTenant.Extension) == Key);
        Assert.Equal(!taken, outcome is Outcome.Rejected);
        Assert.Single(State.Ids("user"));
    }

    [Fact]
    public async Task Two_with_the_same_employee_id_are_nobodys_guess()
    {
        State.Add("user", Existing(employeeId: "50117", name: "a@corp.example"));
        State.Add("user", Existing(employeeId: "50117", name: "b@corp.example"));

        Assert.Contains("2 accounts", Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(User(employeeNumber: "50117"), None)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("50117", null, false, true)]
    [InlineData("50118", null, false, false)]
    [InlineData("50118", null, true, false)]
    [InlineData(null, null, false, true)]
    [InlineData(null, "mira.holt@corp.example", false, false)]
    [InlineData(null, "mira.holt@corp.example", true, true)]
    [InlineData("50117", "mira.holt@corp.example", false, true)]
    public async Task Account_with_the_same_name_is_taken_over_where_nothing_speaks_against_it(string? theirs, string? mail, bool byMail, bool taken)
    {
        var id = State.Add("user", Existing(employeeId: theirs, mail: mail));
        using var target = _tenant.Open(o => (o.TakeOverByMail, o.Match) = (byMail, [EntraMatch.UserPrincipalName]));

        var outcome = await target.CreateAsync(User(employeeNumber: "50117"), None);

        Assert.Equal(taken ? new Outcome.Exists(id) : null, outcome as Outcome.Exists);
        Assert.Equal(!taken, outcome is Outcome.Rejected);
        Assert.Equal(taken ? Key : null, State.Property(id, EntraTenant.Extension));
    }

    [Fact]
    public async Task Account_is_not_taken_over_by_what_is_not_listed()
    {
        State.Add("user", Existing(employeeId: "50117"));
        using var target = _tenant.Open(o => o.Match = []);

        Assert.Equal(new Outcome.Exists(null), await target.CreateAsync(User(employeeNumber: "50117"), None));
    }

    [Fact]
    public async Task Address_that_is_anothers_names_nobody()
    {
        State.Add("user", Existing(name: "other@corp.example", mail: "mira.holt@corp.example"));

        Assert.Equal(new Outcome.Exists(null), await _target.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Attribute_of_Exchange_carries_the_key_too_and_its_lag_makes_no_second_account()
    {
        using var target = _tenant.Open(o => o.CorrelationAttribute = "extensionAttribute15");
        State.Settings = new GraphSettings { SearchesBehind = 2 };
        State.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Next = 1, Method = "POST", PathContains = "/users" });

        Assert.IsType<Outcome.Retry>(await target.CreateAsync(User(), None));
        Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, Key, None));
        var found = Assert.IsType<Outcome.Exists>(await target.CreateAsync(User(), None));

        Assert.Equal(found, await target.FindAsync(AccountKind.User, Key, None));
        Assert.Equal(Key, (await target.GetAsync(AccountKind.User, found.RemoteId!, None)).Account!.CorrelationKey);
        Assert.Single(State.Ids("user"));
    }

    [Fact]
    public async Task Name_that_is_taken_by_one_whom_no_search_shows_yet_is_tried_again()
    {
        State.Settings = new GraphSettings { CallsBehind = 3 };
        State.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Next = 1, Method = "POST", PathContains = "/users" });
        Assert.IsType<Outcome.Retry>(await _target.CreateAsync(User(), None));

        Assert.IsType<Outcome.Retry>(await _target.CreateAsync(User(), None));
        var id = Assert.IsType<Outcome.Exists>(await _target.CreateAsync(User(), None)).RemoteId;

        Assert.Equal([id!], State.Ids("user"));
    }

    [Theory]
    [InlineData(true, Key, null)]
    [InlineData(false, Key, null)]
    [InlineData(true, null, "50117")]
    public async Task One_who_was_deleted_is_restored_with_the_usability_that_is_wanted(bool active, string? key, string? employeeId)
    {
        var id = State.Add("user", Existing(key, employeeId));
        Assert.IsType<Outcome.Done>(await _target.DeleteAsync(AccountKind.User, id, None));
        Assert.Equal([id], State.DeletedIds());

        Assert.Equal(new Outcome.Exists(id), await _target.CreateAsync(User(employeeNumber: "50117", active: active), None));

        Assert.Equal((active ? "true" : "false", Key, "mira.holt@corp.example"), (State.Property(id, "accountEnabled"), State.Property(id, EntraTenant.Extension), State.Property(id, "userPrincipalName")));
        Assert.Equal([id], State.Ids("user"));
        Assert.Empty(State.DeletedIds());
    }

    [Theory]
    [InlineData("another", "50117")]
    [InlineData(null, "50118")]
    public async Task Somebody_else_who_was_deleted_stays_so(string? key, string employeeId)
    {
        var id = State.Add("user", Existing(key, employeeId));
        await _target.DeleteAsync(AccountKind.User, id, None);

        Assert.IsType<Outcome.Done>(await _target.CreateAsync(User(employeeNumber: "50117"), None));

        Assert.Equal([id], State.DeletedIds());
    }

    [Fact]
    public async Task Restoring_is_left_to_a_person_where_the_name_is_anothers_and_left_out_where_that_is_said()
    {
        var id = State.Add("user", Existing(Key, employeeId: "50117"));
        await _target.DeleteAsync(AccountKind.User, id, None);
        var other = State.Add("user", Existing("another"));

        Assert.Contains("purge", Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(User(), None)).Reason, StringComparison.Ordinal);
        Assert.Equal([other], State.Ids("user"));

        using var target = _tenant.Open(o => o.Restore = false);
        Assert.Equal(new Outcome.Exists(null), await target.CreateAsync(User(), None));
        Assert.Equal([id], State.DeletedIds());
    }

    [Fact]
    public async Task Leaver_is_shut_out_even_where_another_change_is_refused()
    {
        var id = await CreatedAsync(User());

        var rejected = Assert.IsType<Outcome.Rejected>(await _target.UpdateAsync(AccountKind.User, id, [Title(new string('x', 129))], active: false, None));

        Assert.Contains("jobTitle", rejected.Reason, StringComparison.Ordinal);
        Assert.Equal("false", State.Property(id, "accountEnabled"));
        Assert.Equal("POST users/" + id + "/revokeSignInSessions", _tenant.Calls[^1]);
    }

    [Fact]
    public async Task Sessions_end_when_the_account_is_disabled_and_stay_ended_when_it_is_enabled_again()
    {
        var id = await CreatedAsync(User());
        var session = State.SignIn(id);
        var (token, _) = await RefreshAsync(session);
        Assert.Equal(200, await MeAsync(token));

        await _target.UpdateAsync(AccountKind.User, id, [], active: false, None);
        Assert.Contains("AADSTS50057", (await RefreshAsync(session)).Error, StringComparison.Ordinal);

        // What was handed out before runs on: only applications that evaluate access continuously notice.
        Assert.Equal(200, await MeAsync(token));

        await _target.UpdateAsync(AccountKind.User, id, [], active: true, None);
        Assert.Contains("AADSTS50173", (await RefreshAsync(session)).Error, StringComparison.Ordinal);
        Assert.Null((await RefreshAsync(State.SignIn(id))).Error);
    }

    [Fact]
    public async Task Sessions_outlive_an_account_that_is_enabled_again_where_they_are_not_revoked()
    {
        using var target = _tenant.Open(o => o.Revoke = []);
        var id = await CreatedAsync(User());
        var session = State.SignIn(id);

        await target.UpdateAsync(AccountKind.User, id, [], active: false, None);
        await target.UpdateAsync(AccountKind.User, id, [], active: true, None);

        Assert.Null((await RefreshAsync(session)).Error);
    }

    [Fact]
    public async Task Sessions_that_could_not_be_revoked_are_tried_again()
    {
        var id = await CreatedAsync(User());
        State.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, PathContains = "revokeSignInSessions", Next = 1, RetryAfterSeconds = 3 });

        var retry = Assert.IsType<Outcome.Retry>(await _target.UpdateAsync(AccountKind.User, id, [], active: false, None));

        Assert.Equal((TimeSpan.FromSeconds(3), false), (retry.After, retry.Untouched));
        Assert.Equal("false", State.Property(id, "accountEnabled"));
        Assert.Equal(new Outcome.Done(id), await _target.UpdateAsync(AccountKind.User, id, [], active: false, None));
    }

    [Fact]
    public async Task Administrator_whom_the_app_may_not_touch_is_refused_and_nobody_else()
    {
        var id = State.Add("user", Existing(Key, extra: """{"sandboxRole":"Global Administrator"}"""));

        Assert.Contains("administrator's role", Assert.IsType<Outcome.Rejected>(await _target.UpdateAsync(AccountKind.User, id, [], active: false, None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reasons_name_the_property_and_nobody()
    {
        var account = User("mira.holt@elsewhere.example");

        var reason = Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(account, None)).Reason;

        Assert.Contains("userPrincipalName", reason, StringComparison.Ordinal);
        foreach (var secret in new[] { "Holt", "mira", "elsewhere", Key })
            Assert.DoesNotContain(secret, reason, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> CreatedAsync(DesiredAccount account) => Assert.IsType<Outcome.Done>(await _target.CreateAsync(account, None)).RemoteId!;

    private async Task<(string? Token, string? Error)> RefreshAsync(string session)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = session, ["client_id"] = EntraTenant.ClientId });
        using var response = await http.PostAsync(new Uri(_tenant.Sandbox, $"{EntraTenant.TenantId}/oauth2/v2.0/token"), form);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>();
        return ((string?)answer!["access_token"], (string?)answer["error_description"]);
    }

    private async Task<int> MeAsync(string? token)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var response = await http.GetAsync(new Uri(_tenant.Sandbox, "tenants/corp/v1.0/me"));
        return (int)response.StatusCode;
    }
}
