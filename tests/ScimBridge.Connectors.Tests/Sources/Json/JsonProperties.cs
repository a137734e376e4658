using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using ScimBridge.Connectors.Sources;

namespace ScimBridge.Connectors.Tests.Sources.Json;

public sealed class JsonProperties
{
    [Property(MaxTest = 200)]
    public async Task Any_text_comes_through_however_the_bytes_arrive(NonNull<string> text, bool lines)
    {
        var value = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]);
        var record = JsonSerializer.Serialize(new { workerId = "7", givenName = "A", familyName = value, status = "active", type = "employee", other = value });
        var feed = lines ? record : $"[{record}]";
        var format = lines ? FeedFormat.NdJson : FeedFormat.Json;

        var whole = Assert.Single(await JsonFeed.ReadAsync(feed, format: format)).Record!;

        Assert.Equal(value.Trim() is { Length: > 0 } trimmed ? trimmed.Normalize() : null, whole.Facts.FamilyName);
        Assert.Equal(whole, Assert.Single(await JsonFeed.DripAsync(feed, format: format)).Record);
    }
}
