using ScimBridge.Provisioning.Mapping;
using ScimBridge.Scim.Filters;

namespace ScimBridge.Provisioning.Tests.Mapping;

public sealed class NameFoldingTests
{
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
    public void Name_folds_to_lower_case_ascii(string name, string folded) => Assert.Equal(folded, NameFolding.ToAscii(name));

    [Fact]
    public void Every_letter_folds_to_lower_case_ascii_or_to_nothing()
    {
        for (var letter = 0; letter <= 0x10FFFF; letter++)
        {
            if (letter is (>= 0xD800 and <= 0xDFFF) or 0xFFFE or 0xFFFF)
                continue;
            Assert.All(NameFolding.ToAscii(char.ConvertFromUtf32(letter)), c => Assert.True(c is (>= 'a' and <= 'z') or (>= '0' and <= '9'), $"U+{letter:X4}"));
        }
    }

    [Theory]
    [InlineData("Jos\u00e9@corp.example", "jose@corp.example")]
    [InlineData("Jose\u0301@corp.example", "jose@corp.example")]
    [InlineData("JOSE@corp.example", "jose@corp.example")]
    [InlineData("ｊｏｓｅ", "jose")]
    [InlineData("Łukasz", "lukasz")]
    [InlineData("Søren", "soren")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("straße", "strasse")]
    [InlineData("İbrahim", "ibrahim")]
    [InlineData("ışık", "isik")]
    [InlineData("Ǿrsted", "orsted")]
    [InlineData("王小明", "王小明")]
    [InlineData("ΣΊΣΥΦΟΣ", "σισυφοσ")]
    [InlineData("Σίσυφος", "σισυφοσ")]
    [InlineData("ann.lee+x@corp.example", "ann.lee+x@corp.example")]
    [InlineData("", "")]
    public void Names_that_differ_by_case_width_or_accents_alone_have_one_key(string name, string key) =>
        Assert.Equal(key, NameFolding.Key(name));

    // Commit sees names as they are indexed, and the decision sees them as they are written.
    [Fact]
    public void Key_of_what_is_indexed_is_the_key()
    {
        for (var letter = 0; letter <= 0x1FFFF; letter++)
        {
            if (letter is (>= 0xD800 and <= 0xDFFF) or 0xFFFE or 0xFFFF)
                continue;
            var name = $"a{char.ConvertFromUtf32(letter)}b";
            var key = NameFolding.Key(name);
            Assert.True(key == NameFolding.Key(Canonical.Fold(name)), $"U+{letter:X4}");
            Assert.True(key == NameFolding.Key(key), $"U+{letter:X4}");
        }
    }
}
