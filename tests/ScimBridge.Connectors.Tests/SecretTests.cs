using System.Text.Json;

namespace ScimBridge.Connectors.Tests;

public sealed class SecretTests
{
    [Fact]
    public void Secret_shows_itself_to_nobody()
    {
        var secret = new Secret("Tr0ub4dor");

        Assert.Equal("*** ***", $"{secret} {secret.ToString()}");
        Assert.DoesNotContain("Tr0ub4dor", new ScimBridge.Connectors.Targets.NewCredential("k", secret).ToString(), StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Serialize(secret));
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Serialize(new { Held = secret }));
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<Secret>("\"x\""));
        Assert.Equal("Tr0ub4dor", secret.Reveal());
    }

    [Fact]
    public void New_secrets_differ_and_have_what_password_rules_ask_for()
    {
        var all = Enumerable.Range(0, 1000).Select(_ => Secret.New().Reveal()).ToList();

        Assert.Equal(1000, all.Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, text =>
        {
            Assert.Equal(43, text.Length);
            Assert.True(text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiDigit) && text.IndexOfAny(['-', '_']) > 0);
        });
    }

    [Fact]
    public void Secrets_are_equal_when_their_texts_are()
    {
        Assert.Equal(new Secret("a"), new Secret("a"));
        Assert.NotEqual(new Secret("a"), new Secret("b"));
        Assert.False(new Secret("a").Equals(null));
    }
}
