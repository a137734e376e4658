using System.Reflection;
using ScimBridge.Scim.Quirks;

namespace ScimBridge.Scim.Tests.Quirks;

public sealed class ClientProfileTests
{
    private static readonly List<Quirk> Declared =
    [
        .. typeof(Quirk).Assembly.GetTypes()
            .Select(t => t.GetField("Quirk", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<Quirk>(),
    ];

    [Fact]
    public void Table_has_every_declared_quirk_once()
    {
        Assert.NotEmpty(Declared);
        Assert.Equal(Declared.Select(q => q.Name).Order(StringComparer.Ordinal), QuirkTable.All.Select(q => q.Name).Order(StringComparer.Ordinal));
        Assert.All(QuirkTable.All, q => Assert.Same(q, QuirkTable.Find(q.Name.ToUpperInvariant())));
        Assert.Null(QuirkTable.Find("nope"));
    }

    [Fact]
    public void Strict_allows_nothing_and_lenient_everything()
    {
        Assert.DoesNotContain(QuirkTable.All, ClientProfile.Strict.Allows);
        Assert.All(QuirkTable.All, q => Assert.True(ClientProfile.Lenient.Allows(q), q.Name));
    }

    [Theory]
    [InlineData("strict")]
    [InlineData("Entra")]
    [InlineData("OKTA")]
    [InlineData("lenient")]
    public void Profile_is_found_by_name(string name) => Assert.Equal(name.ToLowerInvariant(), ClientProfile.Find(name)?.Name);

    [Fact]
    public void Profile_can_differ_in_one_quirk()
    {
        var quirk = RemoveWithValue.Quirk;
        Assert.True(ClientProfile.Strict.With(quirk).Allows(quirk));
        Assert.False(ClientProfile.Entra.Without(quirk).Allows(quirk));
        Assert.True(ClientProfile.Entra.Allows(quirk));
        Assert.Null(ClientProfile.Find("nope"));
    }
}
