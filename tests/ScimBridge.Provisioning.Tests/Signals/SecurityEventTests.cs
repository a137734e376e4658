using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Provisioning.Tests.Signals;

public sealed class SecurityEventTests
{
    private static readonly IReadOnlyList<TokenVector> Table = Vectors.Read<TokenVector>("Signals", "tokens.json");
    private static readonly Instant At = Sample.Instant("2026-03-02T09:00:00Z");

    public static TheoryData<string> Cases { get; } = [.. Table.Select(v => v.Case)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_of_the_table_gives_the_claims_stated_there(string name)
    {
        var vector = Table.Single(v => v.Case == name);
        var isOfStream = SignalEvents.IsOfStream(vector.Signal.Type);
        var subject = isOfStream ? null : new SignalSubject("/Users/7", "7", vector.Subject);

        var claims = SecurityEvent.Claims(vector.Signal.Signal(), "jti-1", "https://bridge.example", "https://receiver.example", vector.Rule.Rule(), subject);

        if (vector.Claims is null)
        {
            Assert.Null(claims);
            return;
        }

        var expected = vector.Claims.DeepClone().AsObject();
        (expected["iss"], expected["jti"], expected["iat"], expected["aud"]) = ("https://bridge.example", "jti-1", At.ToUnixTimeSeconds(), "https://receiver.example");
        if (!isOfStream)
            expected["txn"] = "batch-1";
        Assert.True(JsonNode.DeepEquals(expected, claims), claims!.ToJsonString());
    }

    [Fact]
    public void Every_event_stands_in_the_table_and_is_found_by_its_uri()
    {
        Assert.Equal(Enum.GetValues<SignalType>(), Table.Select(v => v.Signal.Type).Distinct().Order());
        Assert.All(Enum.GetValues<SignalType>(), type => Assert.Equal(type, SignalEvents.Find(SignalEvents.UriOf(type))));
        Assert.Null(SignalEvents.Find("https://schemas.openid.net/secevent/risc/event-type/sessions-revoked"));
        Assert.Equal(Enum.GetValues<SignalType>().Except([SignalType.Verification, SignalType.StreamUpdated]), SignalEvents.Supported);
    }

    [Fact]
    public void Claims_are_the_same_however_often_they_are_made()
    {
        foreach (var vector in Table.Where(v => v.Subject is not null))
        {
            JsonObject? Make() => SecurityEvent.Claims(
                vector.Signal.Signal(), "jti-1", "https://b", "https://r", vector.Rule.Rule(), new SignalSubject("/Users/7", "7", vector.Subject));

            Assert.Equal(Make()?.ToJsonString(), Make()?.ToJsonString());
        }
    }

    private sealed record TokenVector(string Case, SignalVector Signal, RuleVector Rule, JsonObject? Claims, JsonObject? Subject = null);

    private sealed record RuleVector(SubjectFormat Format, SubjectPlacement Placement = SubjectPlacement.SubId, string? Issuer = null)
    {
        public SubjectRule Rule() => new(Format, Placement, Issuer);
    }

    private sealed record SignalVector(
        SignalType Type,
        SignalCause Cause = SignalCause.Change,
        SignalInitiator Initiator = SignalInitiator.Policy,
        List<string>? Attributes = null,
        long? Version = null,
        CredentialChange? Credential = null,
        StreamNotice? Notice = null,
        string? FormerAddress = null)
    {
        public Signal Signal() => new(Type, "User", "7", At, "batch-1")
        {
            Cause = Cause,
            Initiator = Initiator,
            Attributes = Attributes ?? [],
            Version = Version,
            Credential = Credential,
            Notice = Notice,
            FormerAddress = FormerAddress,
        };
    }
}
