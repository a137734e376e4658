using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Tests.Mapping;

public sealed class UserNamesTests
{
    private static readonly string[] Usual = ["{given}.{family}@example.com", "{given}.{family}{n}@example.com"];

    [Theory]
    [InlineData("Søren", "soeren")]
    [InlineData("Åse", "aase")]
    [InlineData("ÆRØ", "aeroe")]
    [InlineData("A\u030Ase", "aase")]
    [InlineData("Łukasz", "lukasz")]
    [InlineData("Müller-Brückner", "mueller-brueckner")]
    [InlineData("Mu\u0308ller", "mueller")]
    [InlineData("Weiß", "weiss")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("Nguyễn", "nguyen")]
    [InlineData("Đặng", "dang")]
    [InlineData("Þórður", "thordur")]
    [InlineData("Guðrún", "gudrun")]
    [InlineData("José María", "josemaria")]
    [InlineData("O'Brien", "obrien")]
    [InlineData("van der Berg", "vanderberg")]
    [InlineData("Çağla", "cagla")]
    [InlineData("İbrahim", "ibrahim")]
    [InlineData("ışık", "isik")]
    [InlineData("Əliyev", "eliyev")]
    [InlineData("Ǿrsted", "oersted")]
    [InlineData("Œuvre", "oeuvre")]
    [InlineData("Č-Ž", "c-z")]
    [InlineData("-Ann-", "ann")]
    [InlineData("R2-D2", "r2-d2")]
    [InlineData("प्रिया", "")]
    [InlineData("४२", "")]
    [InlineData("王", "")]
    [InlineData("𠮷田", "")]
    [InlineData("Anna 😀", "anna")]
    [InlineData("Anna-王", "anna")]
    [InlineData("-", "")]
    [InlineData("", "")]
    public void Name_folds_to_lower_case_ascii(string name, string folded) => Assert.Equal(folded, UserNames.Fold(name));

    [Fact]
    public void Every_letter_folds_to_lower_case_ascii_or_to_nothing()
    {
        for (var letter = 0; letter <= 0x10FFFF; letter++)
        {
            if (letter is (>= 0xD800 and <= 0xDFFF) or 0xFFFE or 0xFFFF)
                continue;
            Assert.All(UserNames.Fold(char.ConvertFromUtf32(letter)), c => Assert.True(c is (>= 'a' and <= 'z') or (>= '0' and <= '9'), $"U+{letter:X4}"));
        }
    }

    [Theory]
    [InlineData("{given}.{family}@example.com", "anna-maria.berg@example.com")]
    [InlineData("{g}{family}", "aberg")]
    [InlineData("{given}{f}", "anna-mariab")]
    [InlineData("{employeeNumber}@example.com", "e-1001@example.com")]
    [InlineData("x-{g}.{f}-x", "x-a.b-x")]
    public void Pattern_is_filled_with_the_folded_facts(string pattern, string expected) =>
        Assert.Equal(expected, new UserNames([pattern]).For(Sample.Facts with { GivenName = "Anna-Maria", EmployeeNumber = "E-1001" }).First());

    [Fact]
    public void Patterns_come_in_their_order_and_counting_begins_with_two() => Assert.Equal(
        ["anna.berg@example.com", "anna.berg2@example.com", "anna.berg3@example.com", "anna.berg4@example.com"],
        new UserNames(Usual).For(Sample.Facts).Take(4));

    [Fact]
    public void Counting_ends_and_the_employee_number_follows_without_end() => Assert.Equal(
        ["anna.berg999@example.com", "1001@example.com", "1001-2@example.com", "1001-3@example.com"],
        new UserNames(Usual).For(Sample.Facts).Skip(998).Take(4));

    [Fact]
    public void Pattern_that_asks_for_what_the_worker_has_not_is_passed_over() => Assert.Equal(
        ["anna@example.com", "1001@example.com"],
        new UserNames(["{given}.{family}@example.com", "{f}{n}@example.com", "{given}@example.com"])
            .For(Sample.Facts with { FamilyName = null }).Take(2));

    [Theory]
    [InlineData("प्रिया", "शर्मा")]
    [InlineData("王", "小明")]
    [InlineData("Anna", "शर्मा")]
    public void Name_that_does_not_fold_falls_back_to_the_employee_number(string given, string family) => Assert.Equal(
        "1001@example.com", new UserNames(Usual).For(Sample.Facts with { GivenName = given, FamilyName = family }).First());

    [Fact]
    public void Fallback_of_patterns_without_a_domain_has_none() => Assert.Equal(
        ["1001", "1001-2"], new UserNames(["{family}"]).For(Sample.Facts with { FamilyName = null }).Take(2));

    [Fact]
    public void Employee_number_that_folds_to_nothing_still_gives_a_name() => Assert.Equal(
        ["user@example.com", "user-2@example.com"],
        new UserNames(Usual).For(Sample.Facts with { FamilyName = null, EmployeeNumber = "४२" }).Take(2));

    [Fact]
    public void Candidates_never_repeat_and_none_is_empty()
    {
        // Patterns that come to the same name, and a number that looks like a fallback.
        var names = new UserNames(["{given}", "{given}", "{given}{n}", "{employeeNumber}", "{employeeNumber}-{n}", "{g}{n}", "{given}{n}"])
            .For(Sample.Facts with { GivenName = "A" }).Take(5000).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, n => Assert.NotEmpty(n));
    }

    [Fact]
    public void Three_hundred_people_of_one_name_all_get_their_own()
    {
        var names = new UserNames(Usual);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 300; i++)
            taken.Add(names.For(Sample.Facts with { WorkerId = $"w-{i}", EmployeeNumber = $"{2000 + i}" }).First(n => !taken.Contains(n)));
        Assert.Equal(300, taken.Count);
        Assert.Contains("anna.berg300@example.com", taken);
    }

    [Theory]
    [InlineData("{given}.{family}@example.com", null)]
    [InlineData("{g}{f}{n}-{employeeNumber}", null)]
    [InlineData("{given", "The placeholder at 1 is not closed.")]
    [InlineData("a{given}b{n", "The placeholder at 10 is not closed.")]
    [InlineData("{name}", "There is no placeholder {name}; there are {given}, {family}, {g}, {f}, {employeeNumber} and {n}.")]
    [InlineData("{Given}", "There is no placeholder {Given}; there are {given}, {family}, {g}, {f}, {employeeNumber} and {n}.")]
    [InlineData("{}", "There is no placeholder {}; there are {given}, {family}, {g}, {f}, {employeeNumber} and {n}.")]
    [InlineData("{given}}", "The brace at 8 closes nothing.")]
    [InlineData("{given}@{family}.example.com", "The placeholder {family} stands after the @: the domain is the same for everybody.")]
    [InlineData("everybody@example.com", "A pattern without a placeholder gives everybody the same name.")]
    [InlineData("", "A pattern without a placeholder gives everybody the same name.")]
    public void Fault_of_a_pattern_says_what_is_wrong(string pattern, string? fault) => Assert.Equal(fault, UserNames.Fault(pattern));
}
