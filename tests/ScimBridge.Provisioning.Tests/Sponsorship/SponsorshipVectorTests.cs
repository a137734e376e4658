using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

public sealed class SponsorshipVectorTests
{
    private static readonly Instant Start = Sample.Instant("2026-03-02T09:00:00Z");
    private static readonly IReadOnlyList<SponsorshipVector> All = Vectors.Read<SponsorshipVector>("Sponsorship", "sponsorship.json");

    public static TheoryData<int, string> Cases { get; } = Numbered();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cascade_takes_the_steps_of_the_case_and_the_invariants_hold_after_each(int number, string name)
    {
        var vector = All[number];
        var account = vector.Account.At(Start);
        var policy = vector.SilenceAccepts ? Silent() : SuccessionPolicy.Default;
        var people = new Dictionary<string, VectorPerson>(vector.People, StringComparer.Ordinal);
        var before = Start;
        foreach (var move in vector.Moves)
        {
            foreach (var (id, person) in move.People)
                people[id] = person;
            var then = new People(people.Select(p => p.Value.As(p.Key, Start)), vector.TeamOwners, vector.ApplicationOwners);
            var now = Start + Duration.FromHours(move.At);
            var next = Duties.NextAt(account, then, policy, before);
            var steps = Do(move, ref account, then, policy, now);
            var where = $"{name}: {move.Do} at {move.At}";
            Assert.Equal(where + "\n" + string.Join('\n', move.Steps), where + "\n" + string.Join('\n', steps.Select(s => StepText.Of(s, now))));
            Assert.Equal([], Invariants.Violations(account, then, policy, now).Select(v => $"{where}: {v}"));
            // Whoever sleeps until the next time that it names misses nothing.
            Assert.True(move.Do != "due" || steps.Count == 0 || before == now || next <= now, $"{where}: next at {next}");
            before = now;
            if (move.State is { } state)
                Assert.Equal((where, state), (where, account.State));
            // Level, not edge: what has been done is not done again.
            Assert.Equal([], Duties.Due(account, then, policy, now).Select(s => $"{where}, again: {StepText.Of(s, now)}"));
        }
    }

    [Fact]
    public void Every_row_of_the_table_has_a_case()
    {
        var happened = All.SelectMany(v => v.Moves).Select(m => m.Do.Split(' ')[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var ofPeople = Enum.GetValues<CascadeEvent>().Where(e => e < CascadeEvent.AccountExpired);
        Assert.Equal([], ofPeople.Where(e => !happened.Contains(e.ToString())));
        var steps = All.SelectMany(v => v.Moves).SelectMany(m => m.Steps).Select(s => s.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        string[] words =
        [
            "provisional", "handover", "ask", "accept", "moveOn", "endHandover", "relieve", "acting", "askReturn", "confirmReturn", "endActing", "attest",
            "attested", "notify", "rotate", "revoke", "prepare", "blockCheckOut", "unverifiable", "checkUse", "restrict", "disable", "screamTest",
            "scheduleDeletion", "delete", "undo", "adopt", "listChildren", "escalate", "orphan",
        ];
        Assert.Equal([], words.Where(w => !steps.Contains(w)));
    }

    private static IReadOnlyList<CascadeStep> Do(VectorMove move, ref ServiceAccount account, People people, SuccessionPolicy policy, Instant now)
    {
        var words = move.Do.Split(' ');
        IReadOnlyList<CascadeStep> steps;
        switch (words)
        {
            case ["due"]:
                steps = Duties.Due(account, people, policy, now);
                break;
            case ["accept", var role, var who]:
                steps = Answers.Accept(account, Enum.Parse<AccountableRole>(role, ignoreCase: true), who, people, policy, now);
                break;
            case ["decline", var role, var who]:
                steps = Answers.Decline(account, Enum.Parse<AccountableRole>(role, ignoreCase: true), who, people, policy, now);
                break;
            case ["confirm", var who]:
                steps = Answers.ConfirmReturn(account, who, people, policy, now);
                break;
            case ["confirmNeed", var who]:
                steps = Answers.Attest(account, who, people, policy, now);
                break;
            case ["undo", var who]:
                steps = Answers.Undo(account, who, people, policy, now);
                break;
            case ["adopt", var sponsor, var owner]:
                steps = Answers.Adopt(account, sponsor, owner, people, policy, now);
                break;
            case ["prove", var key]:
                account = RotationProof.Seen(account, key, CredentialState.RotatedVerified, now);
                return [];
            case ["acceptRisk", var key, var who]:
                account = RotationProof.RiskAccepted(account, key, who, now);
                return [];
            case [var happened, var who]:
                var type = Enum.Parse<CascadeEvent>(happened, ignoreCase: true);
                var told = new PersonEvent(type, who) { LeavesDepartment = move.LeavesDepartment, ManagerThen = move.ManagerThen };
                steps = Cascade.Of(account, told, people, policy, now);
                break;
            default:
                throw new ArgumentException(move.Do, nameof(move));
        }

        account = StepEffect.Of(account, steps, now);
        return steps;
    }

    private static SuccessionPolicy Silent() => new()
    {
        ByCriticality = SuccessionPolicy.Default.ByCriticality.ToDictionary(c => c.Key, c => c.Value with { SilenceAccepts = true }),
    };

    private static TheoryData<int, string> Numbered()
    {
        var data = new TheoryData<int, string>();
        for (var i = 0; i < All.Count; i++)
            data.Add(i, All[i].Name);
        return data;
    }
}
