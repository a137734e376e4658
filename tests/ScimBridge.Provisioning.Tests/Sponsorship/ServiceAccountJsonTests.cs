using System.Collections;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

public sealed class ServiceAccountJsonTests
{
    private static readonly Instant At = Sample.Instant("2026-03-02T09:00:00.1234567Z");

    [Fact]
    public void Every_account_of_months_comes_back_as_it_was_written()
    {
        var seen = 0;
        for (var seed = 1; seed <= 2; seed++)
        {
            var company = new SimulatedCompany(seed, people: 60, accounts: 40);
            for (var week = 0; week < 4; week++)
            {
                company.Run(hours: 24 * 7);
                foreach (var account in company.Accounts)
                {
                    seen++;
                    AssertSame(account, ServiceAccountJson.Read(ServiceAccountJson.Write(account)), account.Id);
                }
            }
        }

        Assert.Equal(2 * 4 * 40, seen);
    }

    [Fact]
    public void Nothing_that_an_account_can_have_is_left_out()
    {
        var everything = Everything();
        // Whoever adds a property adds it here: what is not set could be lost unseen.
        AssertSet(everything, "account");
        AssertSame(everything, ServiceAccountJson.Read(ServiceAccountJson.Write(everything)), "account");
    }

    private static ServiceAccount Everything() => new("sa", ServiceAccountKind.RobotUser, Criticality.C2)
    {
        IsPrivileged = true,
        TeamId = "team",
        ApplicationId = "app",
        CreatedBy = "maker",
        Children = ["child"],
        BridgeCredential = "source:hr",
        Accountable =
        [
            new(AccountableRole.TechnicalOwner, "owner", At)
            {
                Basis = AccountableBasis.Acting, AcceptedAt = At, IsBySilence = true, ExpiresAt = At, ActingFor = "away", ReturnBy = At, Confirmed = ["away"],
            },
        ],
        Credentials =
        [
            new("key")
            {
                IsPersonal = true, Retirement = Retirement.End, CreatedBy = "maker", IsTracked = true, KnownTo = [new("owner", At, Evidence.Shared)],
                NotAfter = At, State = CredentialState.Rotating, Risk = new("owner", At),
            },
        ],
        Duties = [new("key", "leaver", At) { DisablesWhenLate = true, EscalatedAt = At, ClosedAt = At }],
        Handovers =
        [
            new(AccountableRole.CoSponsor, "leaver", "manager", At)
            {
                Asked = new("manager", Via.ManagerAbove), AnswerBy = At, PassedOver = ["other"], IsAddition = true, KeptUntil = At, RestrictAt = At,
                RotateWithin = Duration.FromMinutes(61),
            },
        ],
        Orphan = new([AccountableRole.TechnicalOwner], At) { TriageBy = At, EndBy = At, TriageEscalatedAt = At, EndedAt = At },
        Exemption = new("fire", "chief", At),
        ExpiresAt = At,
        AttestBy = At,
        AttestedAt = At,
        BlockedAt = At,
        DeleteAt = At,
        LastUsedAt = At,
        ScreamTestUntil = At,
        Use = AccountUse.ScheduledDelete,
        Changes = [new(AccountUse.InUse, AccountUse.Disabled, At, StateReason.Inactive)],
    };

    private static void AssertSet(object value, string at)
    {
        foreach (var property in Written(value))
        {
            var found = property.GetValue(value);
            var isDefault = found is null || (found.GetType().IsValueType && found.Equals(Activator.CreateInstance(found.GetType())));
            Assert.False(isDefault || found is IEnumerable and not string && !((IEnumerable)found).Cast<object>().Any(), $"{at}.{property.Name} is not set");
            foreach (var part in found is IEnumerable list and not string ? list.Cast<object>() : [found!])
            {
                if (IsOurs(part))
                    AssertSet(part, $"{at}.{property.Name}");
            }
        }
    }

    private static void AssertSame(object? expected, object? actual, string at)
    {
        if (expected is null || actual is null || !(IsOurs(expected) || expected is IEnumerable and not string))
        {
            Assert.True(Equals(expected, actual), $"{at}: {expected} became {actual}");
        }
        else if (expected is IEnumerable list)
        {
            var (ours, theirs) = (list.Cast<object>().ToList(), ((IEnumerable)actual).Cast<object>().ToList());
            Assert.True(ours.Count == theirs.Count, $"{at}: {ours.Count} became {theirs.Count}");
            for (var i = 0; i < ours.Count; i++)
                AssertSame(ours[i], theirs[i], $"{at}[{i}]");
        }
        else
        {
            foreach (var property in Written(expected))
                AssertSame(property.GetValue(expected), property.GetValue(actual), $"{at}.{property.Name}");
        }
    }

    private static bool IsOurs(object value) => value.GetType() is { IsEnum: false } type && type.Namespace == typeof(ServiceAccount).Namespace;

    private static IEnumerable<System.Reflection.PropertyInfo> Written(object value) => value.GetType().GetProperties().Where(p => p.CanWrite);
}
