using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Provisioning.Quality;

/// <summary>How reasons write values.</summary>
internal static class Words
{
    public static string Of<T>(T word)
        where T : struct, Enum
    {
        var name = word.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    public static string Of(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
