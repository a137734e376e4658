using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Mapping;

public sealed class UserNamesTests
{
    private static readonly string[] Usual = ["{{ worker.givenName | fold }}.{{ worker.familyName | fold }}@example.com", "{{ worker.givenName | fold }}.{{ worker.familyName | fold }}{{ n }}@example.com"];

    [Theory]
    [InlineData("{{ worker.givenName | fold }}.{{ worker.familyName | fold }}@example.com", "anna-maria.berg@example.com")]
    [InlineData("{{ worker.givenName | initial }}{{ worker.familyName | fold }}", "aberg")]
    [InlineData("{{ worker.givenName | fold }}{{ worker.familyName | initial }}", "anna-mariab")]
    [InlineData("{{ worker.employeeNumber | fold }}@example.com", "e-1001@example.com")]
    [InlineData("x-{{ worker.givenName | initial }}.{{ worker.familyName | initial }}-x", "x-a.b-x")]
    public void Pattern_is_filled_with_the_folded_facts(string pattern, string expected) =>
        Assert.Equal(expected, Read([pattern]).For(Sample.Facts with { GivenName = "Anna-Maria", EmployeeNumber = "E-1001" }).First());

    [Fact]
    public void Patterns_come_in_their_order_and_counting_begins_with_two() => Assert.Equal(
        ["anna.berg@example.com", "anna.berg2@example.com", "anna.berg3@example.com", "anna.berg4@example.com"],
        Read(Usual).For(Sample.Facts).Take(4));

    [Fact]
    public void Counting_ends_and_the_employee_number_follows_without_end() => Assert.Equal(
        ["anna.berg999@example.com", "1001@example.com", "1001-2@example.com", "1001-3@example.com"],
        Read(Usual).For(Sample.Facts).Skip(998).Take(4));

    [Fact]
    public void Pattern_that_asks_for_what_the_worker_has_not_is_passed_over() => Assert.Equal(
        ["anna@example.com", "1001@example.com"],
        Read(["{{ worker.givenName | fold }}.{{ worker.familyName | fold }}@example.com", "{{ worker.familyName | initial }}{{ n }}@example.com", "{{ worker.givenName | fold }}@example.com"])
            .For(Sample.Facts with { FamilyName = null }).Take(2));

    [Theory]
    [InlineData("प्रिया", "शर्मा")]
    [InlineData("王", "小明")]
    [InlineData("Anna", "शर्मा")]
    public void Name_that_does_not_fold_falls_back_to_the_employee_number(string given, string family) => Assert.Equal(
        "1001@example.com", Read(Usual).For(Sample.Facts with { GivenName = given, FamilyName = family }).First());

    [Fact]
    public void Fallback_of_patterns_without_a_domain_has_none() => Assert.Equal(
        ["1001", "1001-2"], Read(["{{ worker.familyName | fold }}"]).For(Sample.Facts with { FamilyName = null }).Take(2));

    [Fact]
    public void Employee_number_that_folds_to_nothing_still_gives_a_name() => Assert.Equal(
        ["user@example.com", "user-2@example.com"],
        Read(Usual).For(Sample.Facts with { FamilyName = null, EmployeeNumber = "४२" }).Take(2));

    [Fact]
    public void Candidates_never_repeat_and_none_is_empty()
    {
        // Patterns that come to the same name, and a number that looks like a fallback.
        var names = Read(["{{ worker.givenName | fold }}", "{{ worker.givenName | fold }}", "{{ worker.givenName | fold }}{{ n }}", "{{ worker.employeeNumber | fold }}", "{{ worker.employeeNumber | fold }}-{{ n }}", "{{ worker.givenName | initial }}{{ n }}", "{{ worker.givenName | fold }}{{ n }}"])
            .For(Sample.Facts with { GivenName = "A" }).Take(5000).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, n => Assert.NotEmpty(n));
    }

    [Fact]
    public void Three_hundred_people_of_one_name_all_get_their_own()
    {
        var names = Read(Usual);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 300; i++)
            taken.Add(names.For(Sample.Facts with { WorkerId = $"w-{i}", EmployeeNumber = $"{2000 + i}" }).First(n => !taken.Contains(n)));
        Assert.Equal(300, taken.Count);
        Assert.Contains("anna.berg300@example.com", taken);
    }

    [Fact]
    public void Candidate_may_choose_by_what_the_worker_is()
    {
        var names = Read(["{% if worker.type == 'contractor' %}ext-{% endif %}{{ worker.familyName | fold }}@{{ worker.country | downcase | default: 'corp' }}.example"]);
        Assert.Equal("berg@corp.example", names.For(Sample.Facts).First());
        Assert.Equal("ext-berg@dk.example", names.For(Sample.Facts with { Type = WorkerType.Contractor, Country = "DK" }).First());
    }

    [Fact]
    public void Reserved_names_are_passed_over_under_any_domain_and_with_any_accents()
    {
        var names = Read(["{{ worker.givenName | fold }}@example.com", "{{ worker.givenName | fold }}{{ n }}@example.com"], ["Ánna", "anna2@example.com"]);
        Assert.Equal(["anna3@example.com", "anna4@example.com"], names.For(Sample.Facts).Take(2));
    }

    [Fact]
    public void Candidate_that_comes_to_blanks_does_not_fit() => Assert.Equal(
        "1001@example.com",
        Read(["{{ worker.jobCode }}@example.com"]).For(Sample.Facts with { JobCode = "two words" }).First());

    [Fact]
    public void Candidate_that_fails_names_itself() => Assert.Equal(
        "$.mapping.userName[0]",
        Assert.Throws<MappingException>(
            () => Read(["{{ 7 | divided_by: worker.costCenter }}x"]).For(Sample.Facts with { CostCenter = "none" }).First()).Path);

    [Theory]
    [InlineData("{{ worker.givenName | fold }}@example.com", null)]
    [InlineData("user{{ n }}", null)]
    [InlineData("{given}.{family}@example.com", "column 1: It gives everybody the same name. Write names in letters that every system takes: {{ worker.givenName | fold }}.")]
    [InlineData("", "column 1: It gives everybody the same name. Write names in letters that every system takes: {{ worker.givenName | fold }}.")]
    [InlineData("{{ worker.givenName }}", "column 1: It comes to a name with blanks in it, or to none. Write names in letters that every system takes: {{ worker.givenName | fold }}.")]
    [InlineData("x{{ worker.given }}", "column 5: There is no 'worker.given'. There are ")]
    [InlineData("{{ userName }}", "column 4: There is no variable 'userName'. There are n, worker.")]
    public void Fault_of_a_candidate_says_where_and_what(string candidate, string? fault)
    {
        var faults = new List<MappingFault>();
        UserNames.Read([candidate], "$.mapping.userName", [], faults);

        if (fault is null)
        {
            Assert.Empty(faults);
        }
        else
        {
            var one = Assert.Single(faults);
            Assert.Equal("$.mapping.userName[0]", one.Path);
            Assert.StartsWith(fault, one.Reason, StringComparison.Ordinal);
        }
    }

    private static UserNames Read(IReadOnlyList<string> candidates, IReadOnlyList<string>? reserved = null)
    {
        var faults = new List<MappingFault>();
        var names = UserNames.Read(candidates, "$.mapping.userName", reserved ?? [], faults);
        Assert.Empty(faults);
        return names;
    }
}
