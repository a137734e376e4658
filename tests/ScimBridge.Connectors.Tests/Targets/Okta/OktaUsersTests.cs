using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;
using static ScimBridge.Connectors.Tests.Targets.Okta.OktaAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>Users in an org: what they are recognised by, and how they come and go.</summary>
public sealed class OktaUsersTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private OktaOrg _org = null!;
    private OktaTarget _target = null!;

    public async Task InitializeAsync()
    {
        _org = await OktaOrg.StartAsync();
        _target = _org.Open();
    }

    public async Task DisposeAsync()
    {
        _target.Dispose();
        await _org.DisposeAsync();
    }

    [Fact]
    public async Task Profile_is_made_of_the_SCIM_attributes_and_the_recovery_address_is_left_alone()
    {
        var id = await CreatedAsync(User(employeeNumber: "50117", manager: "00umanager"));

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                $$"""
                {
                  "login": "mira.holt@corp.example", "email": "mira.holt@corp.example", "firstName": "Mira", "lastName": "Holt", "displayName": "Mira Holt",
                  "primaryPhone": "+45 1", "mobilePhone": "+45 2", "employeeNumber": "50117", "department": "Sales", "managerId": "00umanager",
                  "scimBridgeId": "{{Key}}"
                }
                """),
            Shown(id)["profile"]));
    }

    [Fact]
    public async Task Mapping_is_laid_over_and_taken_away()
    {
        using var target = _org.Open(o => o.Profile = new() { ["displayName"] = "", ["nickName"] = "name.givenName", ["city"] = Enterprise + ":department" });

        var id = Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None)).RemoteId!;

        var profile = Shown(id)["profile"]!;
        Assert.Equal((null, "Mira", "Sales"), ((string?)profile["displayName"], (string?)profile["nickName"], (string?)profile["city"]));
    }

    [Fact]
    public async Task Prepared_account_is_staged_and_becomes_usable_by_being_activated()
    {
        var id = await CreatedAsync(User(active: false));
        Assert.Equal("STAGED", Status(id));

        Assert.IsType<Outcome.Done>(await _target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: true, None));

        Assert.Equal(("PROVISIONED", "Lead"), (Status(id), (string?)Shown(id)["profile"]!["title"]));
    }

    [Fact]
    public async Task Without_its_mail_an_account_is_created_and_then_activated()
    {
        using var target = _org.Open(o => o.ActivationEmail = false);

        var id = Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None)).RemoteId!;

        Assert.Equal("PROVISIONED", Status(id));
        Assert.Contains(_org.State.Calls, c => c.Path == $"/api/v1/users/{id}/lifecycle/activate?sendEmail=false");
    }

    [Fact]
    public async Task Deactivation_is_waited_for_and_asked_for_once()
    {
        _org.State.Settings = new OktaSettings { ReadsPerDeactivation = 3 };
        var id = await CreatedAsync(User());

        Assert.IsType<Outcome.Done>(await _target.UpdateAsync(AccountKind.User, id, [], active: false, None));

        Assert.Equal("DEPROVISIONED", Status(id));
        Assert.Single(_org.Calls, c => c.EndsWith("/lifecycle/deactivate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deactivation_that_goes_on_is_not_done_and_not_begun_again()
    {
        _org.State.Settings = new OktaSettings { ReadsPerDeactivation = 1000 };
        var id = await CreatedAsync(User());

        for (var time = 0; time < 2; time++)
        {
            var retry = Assert.IsType<Outcome.Retry>(await _target.UpdateAsync(AccountKind.User, id, [], active: false, None));
            Assert.False(retry.Untouched);
            Assert.NotNull(retry.After);
        }

        Assert.Single(_org.Calls, c => c.EndsWith("/lifecycle/deactivate", StringComparison.Ordinal));
        Assert.IsType<Outcome.Retry>(await _target.UpdateAsync(AccountKind.User, id, [], active: true, None));
    }

    [Fact]
    public async Task Deactivation_that_ends_while_the_rest_is_about_to_be_written_is_done()
    {
        // As many looks as it is waited for, and the one that comes before anything is written.
        _org.State.Settings = new OktaSettings { ReadsPerDeactivation = 6 };
        var id = await CreatedAsync(User());
        Assert.IsType<Outcome.Retry>(await _target.UpdateAsync(AccountKind.User, id, [], active: false, None));

        Assert.IsType<Outcome.Done>(await _target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: false, None));

        Assert.Equal("DEPROVISIONED", Status(id));
    }

    [Fact]
    public async Task Deactivation_that_is_a_lie_is_not_done()
    {
        var id = await CreatedAsync(User());
        _org.State.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Always = true, Method = "POST" });

        Assert.IsType<Outcome.Retry>(await _target.UpdateAsync(AccountKind.User, id, [], active: false, None));

        Assert.Equal("PROVISIONED", Status(id));
    }

    [Fact]
    public async Task Leaver_is_shut_out_even_where_the_rest_is_refused()
    {
        var id = await CreatedAsync(User());
        using var target = _org.Open(o => o.Profile = new() { ["attributeThatTheOrgDoesNotHave"] = "title" });

        var outcome = await target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: false, None);

        Assert.Contains("E0000001", Assert.IsType<Outcome.Rejected>(outcome).Reason, StringComparison.Ordinal);
        Assert.Equal("DEPROVISIONED", Status(id));
    }

    [Fact]
    public async Task Change_of_a_deactivated_account_is_refused_and_not_taken_for_gone()
    {
        var id = await CreatedAsync(User());
        _org.State.SetStatus(id, "DEPROVISIONED");

        var rejected = Assert.IsType<Outcome.Rejected>(await _target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: null, None));

        Assert.Contains("DEPROVISIONED", rejected.Reason, StringComparison.Ordinal);
        Assert.IsType<Outcome.Done>(await _target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: true, None));
        Assert.Equal(("PROVISIONED", "Lead"), (Status(id), (string?)Shown(id)["profile"]!["title"]));
    }

    [Fact]
    public async Task Only_what_differs_is_written()
    {
        var id = await CreatedAsync(User());
        _org.Forget();

        Assert.IsType<Outcome.Done>(await _target.UpdateAsync(
            AccountKind.User, id, [new(null, "displayName", "Mira Holt"), Title("Lead"), new(null, "photos", new JsonArray())], active: true, None));
        Assert.Equal("""{"profile":{"title":"Lead"}}""", Assert.Single(_org.State.Calls, c => c.Method == "POST" && c.Path == "/api/v1/users/" + id).Request);

        _org.Forget();
        Assert.IsType<Outcome.Done>(await _target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: true, None));
        Assert.Equal(["GET users/" + id], _org.Calls);
    }

    [Theory]
    [InlineData("ACTIVE", "SUSPENDED", "ACTIVE")]
    [InlineData("PASSWORD_EXPIRED", "DEPROVISIONED", "PROVISIONED")]
    [InlineData("LOCKED_OUT", "DEPROVISIONED", "PROVISIONED")]
    [InlineData("STAGED", "STAGED", "PROVISIONED")]
    [InlineData("SUSPENDED", "SUSPENDED", "ACTIVE")]
    public async Task Who_is_active_is_suspended_and_everybody_else_who_could_sign_in_is_deactivated(string before, string disabled, string enabled)
    {
        var id = _org.State.AddUser(before, Profile(Key));
        using var target = _org.Open(o => o.Disable = OktaDisabling.Suspend);

        Assert.Equal(new Outcome.Done(id), await target.UpdateAsync(AccountKind.User, id, [], active: false, None));
        Assert.Equal(disabled, Status(id));

        Assert.Equal(new Outcome.Done(id), await target.UpdateAsync(AccountKind.User, id, [], active: true, None));
        Assert.Equal(enabled, Status(id));
    }

    [Fact]
    public async Task One_who_is_suspended_is_deactivated_where_that_is_how_accounts_are_disabled()
    {
        var id = _org.State.AddUser("SUSPENDED", Profile(Key));

        Assert.Equal(new Outcome.Done(id), await _target.UpdateAsync(AccountKind.User, id, [], active: false, None));

        Assert.Equal("DEPROVISIONED", Status(id));
    }

    [Theory]
    [InlineData("ACTIVE", true)]
    [InlineData("PROVISIONED", true)]
    [InlineData("PASSWORD_EXPIRED", true)]
    [InlineData("LOCKED_OUT", true)]
    [InlineData("RECOVERY", true)]
    [InlineData("STAGED", false)]
    [InlineData("SUSPENDED", false)]
    [InlineData("DEPROVISIONED", false)]
    public async Task Status_says_whether_an_account_can_be_used(string status, bool active)
    {
        var id = _org.State.AddUser(status, Profile());

        Assert.Equal(active, (await _target.GetAsync(AccountKind.User, id, None)).Account!.Active);
    }

    [Fact]
    public async Task Lost_reply_is_made_up_for_while_the_search_is_behind()
    {
        _org.State.Settings = new OktaSettings { SearchesBehind = 100 };
        _org.State.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Next = 1, Method = "POST" });

        Assert.IsType<Outcome.Retry>(await _target.CreateAsync(User(), None));
        Assert.IsType<Outcome.Gone>(await _target.FindAsync(AccountKind.User, Key, None));

        Assert.Equal(new Outcome.Exists(Assert.Single(_org.State.UserIds())), await _target.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Account_with_the_same_employee_number_is_taken_over_under_another_login()
    {
        var id = _org.State.AddUser("ACTIVE", Profile(employeeNumber: "50117", login: "mholt@old.example"));

        Assert.Equal(new Outcome.Exists(id), await _target.CreateAsync(User(employeeNumber: "50117"), None));

        Assert.Equal(Key, (string?)Shown(id)["profile"]!["scimBridgeId"]);
        Assert.Equal(new Outcome.Exists(id), await _target.FindAsync(AccountKind.User, Key, None));
        Assert.Single(_org.State.UserIds());
    }

    [Fact]
    public async Task Several_with_the_same_employee_number_are_for_a_person_to_decide()
    {
        _org.State.AddUser("ACTIVE", Profile(employeeNumber: "50117", login: "a@corp.example"));
        _org.State.AddUser("DEPROVISIONED", Profile(employeeNumber: "50117", login: "b@corp.example"));

        Assert.Contains("2 accounts", Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(User(employeeNumber: "50117"), None)).Reason, StringComparison.Ordinal);
        Assert.Equal(2, _org.State.UserIds().Count);
    }

    [Fact]
    public async Task Several_with_our_key_are_for_a_person_to_decide_wherever_they_come_on_the_pages()
    {
        _org.State.Settings = new OktaSettings { MaxPageSize = 1 };
        _org.State.AddUser("ACTIVE", Profile(Key, login: "a@corp.example"));
        _org.State.AddUser("ACTIVE", Profile(Key, login: "b@corp.example"));

        Assert.IsType<Outcome.Rejected>(await _target.FindAsync(AccountKind.User, Key, None));
        Assert.Equal(2, _org.Calls.Count);
    }

    [Fact]
    public async Task Key_in_other_letters_is_another_key()
    {
        _org.State.AddUser("ACTIVE", Profile(Key.ToUpperInvariant()));

        Assert.IsType<Outcome.Gone>(await _target.FindAsync(AccountKind.User, Key, None));
    }

    [Fact]
    public async Task Account_of_another_person_of_ours_is_not_taken()
    {
        _org.State.AddUser("ACTIVE", Profile("another", employeeNumber: "50117"));

        Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(User("new@corp.example", employeeNumber: "50117"), None));
        Assert.Equal(new Outcome.Exists(null), await _target.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Account_is_not_taken_over_for_its_address_alone()
    {
        var id = _org.State.AddUser("ACTIVE", Profile());
        var before = _org.State.StateJson();

        Assert.Contains("list email in match", Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(User(), None)).Reason, StringComparison.Ordinal);
        Assert.Equal(before, _org.State.StateJson());

        using var trusting = _org.Open(o => o.Match = [OktaMatch.Login, OktaMatch.Email]);
        Assert.Equal(new Outcome.Exists(id), await trusting.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Account_with_another_employee_number_is_not_taken_over()
    {
        _org.State.AddUser("ACTIVE", Profile(employeeNumber: "1", email: "else@corp.example"));
        using var trusting = _org.Open(o => o.Match = [OktaMatch.Login, OktaMatch.Email]);

        Assert.Contains("another employee number", Assert.IsType<Outcome.Rejected>(await trusting.CreateAsync(User(employeeNumber: "2"), None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_that_is_not_the_address_is_a_name_that_is_matched()
    {
        var id = _org.State.AddUser("ACTIVE", Profile(login: "mholt@corp.example"));

        Assert.Equal(new Outcome.Exists(id), await _target.CreateAsync(User("mholt"), None));

        using var strict = _org.Open(o => o.Match = []);
        _org.State.AddUser("ACTIVE", Profile(login: "other@corp.example"));
        Assert.Equal(new Outcome.Exists(null), await strict.CreateAsync(User("other") with { CorrelationKey = "k" }, None));
    }

    [Fact]
    public async Task Deactivated_account_that_nobody_owns_is_left_to_a_person()
    {
        _org.State.AddUser("DEPROVISIONED", Profile(employeeNumber: "50117"));

        Assert.Contains("DEPROVISIONED", Assert.IsType<Outcome.Rejected>(await _target.CreateAsync(User(employeeNumber: "50117"), None)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Linked_manager_is_set_read_and_taken_away()
    {
        using var target = _org.OpenApp(o => o.Manager = OktaManager.LinkedObject);
        var (boss, other) = (_org.State.AddUser("ACTIVE", Profile(login: "boss@corp.example")), _org.State.AddUser("ACTIVE", Profile(login: "other@corp.example")));

        var id = Assert.IsType<Outcome.Done>(await target.CreateAsync(User(manager: boss), None)).RemoteId!;
        Assert.Equal(boss, _org.State.Linked("manager", id));
        Assert.Null(Shown(id)["profile"]!["managerId"]);
        Assert.Equal(boss, (string?)(await target.GetAsync(AccountKind.User, id, None)).Account!.Attributes[Enterprise]!["manager"]!["value"]);

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(new Outcome.Done(id), await target.UpdateAsync(AccountKind.User, id, [Manager(other)], active: null, None));
            Assert.Equal(other, _org.State.Linked("manager", id));
        }

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(new Outcome.Done(id), await target.UpdateAsync(AccountKind.User, id, [Manager(null)], active: null, None));
            Assert.Null(_org.State.Linked("manager", id));
        }

        Assert.IsType<Outcome.Rejected>(await target.UpdateAsync(AccountKind.User, id, [Manager("00unobody")], active: null, None));
        Assert.IsType<Outcome.Gone>(await target.UpdateAsync(AccountKind.User, "00unobody", [Manager(boss)], active: null, None));
    }

    [Fact]
    public async Task Change_to_a_login_that_is_taken_names_nobody()
    {
        _org.State.AddUser("ACTIVE", Profile(login: "taken@corp.example"));
        var id = await CreatedAsync(User());

        Assert.Equal(new Outcome.Exists(null), await _target.UpdateAsync(AccountKind.User, id, [new(null, "userName", "taken@corp.example")], active: null, None));
    }

    private static AttributeChange Manager(string? id) => new(Enterprise, "manager", id is null ? null : new JsonObject { ["value"] = id });

    private async Task<string> CreatedAsync(DesiredAccount account) => Assert.IsType<Outcome.Done>(await _target.CreateAsync(account, None)).RemoteId!;

    private JsonNode Shown(string id) => JsonNode.Parse(_org.State.User(id)!)!;

    private string Status(string id) => (string)Shown(id)["status"]!;
}
