using System.Collections;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Tests.Hosting;

/// <summary>The configuration: everything that is wrong is said at once, each with its path.</summary>
public sealed class BridgeConfigurationTests
{
    private const string Sound =
        """
        {
          // comments are allowed
          "storage": { "kind": "sqlite", "path": "data/bridge.db" },
          "sources": {
            "hr": {
              "kind": "csv",
              "columns": { "workerId": "id", "givenName": "name", "status": "status" },
              "constants": { "type": "employee" },
              "words": { "status": { "A": "active" } },
              "timeZone": "Europe/Copenhagen",
            },
          },
          "targets": { "corp": { "kind": "scim", "baseUrl": "https://corp.example/scim/v2", "token": { "value": "x" } } },
        }
        """;

    [Fact]
    public void Sound_file_is_read_with_comments_and_trailing_commas()
    {
        var configuration = Parse(Sound);

        Assert.Equal("hr", Assert.Single(configuration.Sources).Name);
        Assert.Equal("corp", Assert.Single(configuration.Targets).Name);
        Assert.Equal(Path.GetFullPath("/etc/scimbridge/data/bridge.db"), configuration.Locate(configuration.Options.Storage.Path));
    }

    [Fact]
    public void All_faults_are_listed_at_once_with_their_paths()
    {
        var faults = Faults(
            """
            {
              "sever": {},
              "storage": { "kind": "postgress" },
              "lifecycle": { "joiner": { "prepareDays": "seven" }, "prepareDays": 7, "leave": { "default": "stop" } },
              "mapping": { "userName": ["{first}.{last}"] },
              "sources": {
                "HR": { "kind": "csv", "columns": { "workerId": "id" }, "timeZone": "Mars/Phobos" },
                "pay": { "kind": "xml" },
                "crew": { "kind": "csv", "colums": {}, "timeZone": "UTC" }
              },
              "targets": { "corp": { "kind": "scim", "baseUrl": "ftp://x", "timeoutSeconds": -1, "token": { "value": "x" } } }
            }
            """);

        foreach (var path in new[]
        {
            "$.sever", "$.storage.kind", "$.lifecycle.joiner.prepareDays", "$.lifecycle.prepareDays", "$.lifecycle.leave.default", "$.sources.HR", "$.sources.HR.timeZone", "$.sources.pay.kind",
            "$.sources.crew.colums", "$.targets.corp.baseUrl", "$.targets.corp.timeoutSeconds",
        })
            Assert.Contains(faults, f => f.Path == path);
        Assert.Contains(faults, f => f.Path == "$.sever" && f.Message.Contains("server", StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_of_values_are_listed_where_the_file_is_well_formed()
    {
        var faults = Faults(
            """
            {
              "server": { "url": "nowhere" },
              "storage": { "kind": "postgres" },
              "lifecycle": { "joiner": { "prepareDays": -1 }, "mover": {}, "leaver": {} },
              "mapping": { "userName": ["{first}", "same-for-all"] }
            }
            """);

        Assert.Equal(
            ["$.server.url", "$.storage.connection", "$.lifecycle.joiner.prepareDays", "$.mapping.userName[0]", "$.mapping.userName[1]"],
            faults.Select(f => f.Path));
    }

    [Fact]
    public void Filters_that_do_not_parse_are_refused_where_they_stand()
    {
        var faults = Faults(Sound
            .Replace("\"timeZone\": \"Europe/Copenhagen\",", "\"timeZone\": \"Europe/Copenhagen\", \"safety\": { \"privileged\": \"title eq\" },", StringComparison.Ordinal)
            .Replace("\"token\": { \"value\": \"x\" }", "\"token\": { \"value\": \"x\" }, \"protect\": { \"where\": \"(active\" }", StringComparison.Ordinal));

        Assert.Equal(["$.sources.hr.safety.privileged", "$.targets.corp.protect.where"], faults.Select(f => f.Path));
    }

    [Theory]
    [InlineData("""{ "joiner": {} }""", "$.lifecycle", "speaks of joiners and not of movers and leavers: mover and leaver are missing.")]
    [InlineData("""{ "joiner": {}, "leaver": {} }""", "$.lifecycle", "not of movers: mover is missing.")]
    [InlineData("""{ "joiner": { "prepareDays": 3 }, "mover": {}, "leave": {} }""", "$.lifecycle", "not of leavers: leaver is missing.")]
    [InlineData("""{ "leave": { "byType": { "sick": "suspend" } } }""", "$.lifecycle.leave.byType.sick", "must be one of other, parental, medical")]
    [InlineData("""{ "leave": { "byType": { "medical": "stop" } } }""", "$.lifecycle.leave.byType.medical", "must be one of keep, suspendPrivileged, suspend")]
    [InlineData("""{ "leave": { "byType": { "garden": "keep" } } }""", "$.lifecycle.leave.byType.garden", "leaver says")]
    [InlineData("""{ "leave": { "byType": { "disciplinary": "keep" } } }""", "$.lifecycle.leave.byType.disciplinary", "can be suspend only")]
    [InlineData("""{ "contract": { "graceDays": -1 } }""", "$.lifecycle.contract.graceDays", "must be from 0 to 90.")]
    [InlineData("""{ "leaver": { "deleteAfterDays": 0 } }""", "$.lifecycle.leaver.deleteAfterDays", "must be from 1 to 3650")]
    [InlineData("""{ "leaver": { "byType": { "death": { "deleteAfterDays": -7 } } } }""", "$.lifecycle.leaver.byType.death.deleteAfterDays", "must be from 1 to 3650")]
    [InlineData("""{ "leaver": { "byType": { "fired": {} } } }""", "$.lifecycle.leaver.byType.fired", "must be one of unknown, voluntary")]
    [InlineData("""{ "contract": { "graceDays": 30 }, "leaver": { "deleteAfterDays": 7 } }""", "$.lifecycle.leaver.deleteAfterDays", "before the 30 days")]
    [InlineData("""{ "contract": { "graceDays": 30 }, "workerTypes": { "intern": { "leaver": { "deleteAfterDays": 7 } } } }""", "$.lifecycle.workerTypes.intern.leaver.deleteAfterDays", "before the 30 days")]
    [InlineData("""{ "workerTypes": { "robot": {} } }""", "$.lifecycle.workerTypes.robot", "must be one of employee, contingent")]
    [InlineData("""{ "workerTypes": { "unknown": {} } }""", "$.lifecycle.workerTypes.unknown", "must be one of employee, contingent")]
    [InlineData("""{ "workerTypes": { "intern": { "joiner": { "prepareDays": 400 } } } }""", "$.lifecycle.workerTypes.intern.joiner.prepareDays", "must be from 0 to 365.")]
    public void Policy_with_a_hole_or_a_contradiction_is_refused(string lifecycle, string path, string message)
    {
        var fault = Assert.Single(Faults($$"""{ "lifecycle": {{lifecycle}} }"""));

        Assert.Equal(path, fault.Path);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_of_those_who_chose_nothing_is_whole()
    {
        var policy = Parse("{}").Policy.Of(WorkerType.Employee);

        Assert.Equal(
            (Duration.FromDays(7), LeaveAction.SuspendPrivileged, Duration.Zero, (Duration?)null),
            (policy.Preparation, policy.Leave, policy.ContractGrace, policy.DeleteAfter));
    }

    [Fact]
    public void Phase_that_is_named_for_a_type_of_worker_takes_the_place_of_the_usual_one()
    {
        var policy = Parse(
            """
            {
              "lifecycle": {
                "joiner": { "prepareDays": 3 },
                "mover": { "removals": "urgent" },
                "leave": { "byType": { "military": "keep" } },
                "leaver": { "deleteAfterDays": 30, "byType": { "death": { "deleteAfterDays": null } } },
                "workerTypes": { "contractor": { "leave": { "default": "suspend" }, "contract": { "graceDays": 14 }, "leaver": {} } }
              }
            }
            """).Policy;

        var (usual, contractor) = (policy.Of(WorkerType.Employee), policy.Of(WorkerType.Contractor));

        Assert.Equal((Duration.FromDays(3), true), (usual.Preparation, usual.UrgentRemovals));
        Assert.Equal(LeaveAction.Keep, usual.LeaveByType[LeaveType.Military]);
        Assert.Equal((Duration.FromDays(30), (Duration?)null), (usual.DeleteAfter, usual.DeleteAfterByType[TerminationType.Death]));
        Assert.Equal((Duration.FromDays(3), true), (contractor.Preparation, contractor.UrgentRemovals));
        Assert.Equal((LeaveAction.Suspend, Duration.FromDays(14), (Duration?)null), (contractor.Leave, contractor.ContractGrace, contractor.DeleteAfter));
        Assert.Empty(contractor.LeaveByType);
    }

    [Fact]
    public void Faults_of_sponsorship_are_listed()
    {
        var faults = Faults(
            """
            { "sponsorship": {
              "criticality": { "1": { "silenceAccepts": true, "answerHours": 0 }, "5": {} },
              "depth": 21, "minimumHolders": 0, "leaverGraceHours": -1, "attestEveryDays": 0, "deletionNoticeDays": 30, "contractNoticeDays": 7, "offPeak": "25:00",
              "dutyGroup": " ", "teams": { "Sales": [] }, "applications": { "erp": [""] }, "bridge": { "owners": [""] } } }
            """);
        Assert.Equal(
            [
                "$.sponsorship.applications.erp", "$.sponsorship.attestEveryDays", "$.sponsorship.bridge", "$.sponsorship.contractNoticeDays",
                "$.sponsorship.criticality.1.answerHours", "$.sponsorship.criticality.1.silenceAccepts", "$.sponsorship.criticality.5",
                "$.sponsorship.deletionNoticeDays", "$.sponsorship.depth", "$.sponsorship.dutyGroup", "$.sponsorship.leaverGraceHours",
                "$.sponsorship.minimumHolders", "$.sponsorship.offPeak", "$.sponsorship.teams.Sales",
            ],
            faults.Select(f => f.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Faults_of_issuers_are_listed()
    {
        var faults = Faults(
            """
            {
              "access": {
                "issuers": {
                  "Corp": { "issuer": "http://login.example", "audiences": ["bridge"] },
                  "none": { "profile": "loose", "clients": { "id": { "profile": "entra" }, "7": { "name": "x", "profile": "y" } } },
                  "both": { "issuer": "i", "audiences": [""], "keys": "http://login.example/keys", "discovery": "https://login.example/d" },
                  "same": { "issuer": "i", "audiences": ["bridge"], "keys": "http://127.0.0.1/keys" }
                }
              }
            }
            """);

        Assert.Equal(
            [
                "$.access.issuers.Corp", "$.access.issuers.Corp.discovery",
                "$.access.issuers.none.issuer", "$.access.issuers.none.audiences", "$.access.issuers.none.profile",
                "$.access.issuers.none.clients.id.name", "$.access.issuers.none.clients.7.profile",
                "$.access.issuers.both.audiences", "$.access.issuers.both.keys", "$.access.issuers.both.keys",
                "$.access.issuers.same.issuer",
            ],
            faults.Select(f => f.Path));
    }

    [Theory]
    [InlineData("""{"storage":{"path":"a","path":"b"}}""")]
    [InlineData("""{"storage":""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_is_no_configuration_is_refused(string text) => Assert.Throws<ConfigurationException>(() => Parse(text));

    [Fact]
    public void Missing_file_is_said_in_one_line() =>
        Assert.Contains("cannot be read", Assert.Throws<ConfigurationException>(
            () => BridgeConfiguration.Load("/no/such/bridge.json", new Hashtable())).Message, StringComparison.Ordinal);

    [Fact]
    public void Environment_overrides_the_file_in_any_case_and_type()
    {
        var configuration = Parse(Sound, new Dictionary<string, string>
        {
            ["SCIMBRIDGE__STORAGE__PATH"] = "/elsewhere.db",
            ["SCIMBRIDGE__lifecycle__leaver__deleteAfterDays"] = "3",
            ["SCIMBRIDGE__mapping__userName__0"] = "{{ worker.employeeNumber }}",
            ["SCIMBRIDGE__sources__hr__words__status__B"] = "onLeave",
            ["SCIMBRIDGE__targets__corp__token__value"] = "secret",
            ["UNRELATED"] = "x",
        });

        Assert.Equal("/elsewhere.db", configuration.Options.Storage.Path);
        Assert.Equal(3, configuration.Options.Lifecycle.Leaver!.DeleteAfterDays);
        Assert.Equal("{{ worker.employeeNumber }}", configuration.Options.Mapping.UserName[0]);
    }

    [Fact]
    public void Faults_of_the_environment_are_faults()
    {
        var faults = Assert.Throws<ConfigurationException>(() => Parse(Sound, new Dictionary<string, string>
        {
            ["SCIMBRIDGE__storage__pth"] = "x",
            ["SCIMBRIDGE____"] = "x",
            ["SCIMBRIDGE__storage__path__deeper"] = "x",
        })).Faults;

        Assert.Contains(faults, f => f.Path == "$.storage.pth");
        Assert.Contains(faults, f => f.Path == "SCIMBRIDGE____");
        Assert.Contains(faults, f => f.Path == "SCIMBRIDGE__storage__path__deeper");
    }

    [Fact]
    public void Schema_beside_the_server_is_the_one_of_the_option_types() =>
        Assert.Equal(ConfigurationSchema.Text(), File.ReadAllText(Path.Combine(Repository.Root, "src", "ScimBridge.Server", "bridge.schema.json")));

    [Fact]
    public void Demo_configuration_is_sound()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "src", "ScimBridge.Server", "Demo", "bridge.json"));

        Assert.Single(Parse(text).Sources);
    }

    private static BridgeConfiguration Parse(string text, IDictionary? environment = null) =>
        BridgeConfiguration.Parse(text, "/etc/scimbridge/bridge.json", environment ?? new Hashtable());

    private static IReadOnlyList<Connectors.ConfigurationFault> Faults(string text) =>
        Assert.Throws<ConfigurationException>(() => Parse(text)).Faults;
}
