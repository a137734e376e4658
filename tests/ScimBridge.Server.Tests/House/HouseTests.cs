using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ScimBridge.Server.Tests.House;

/// <summary>The walls and the order of the rooms, kept by a test instead of a reviewer.</summary>
public sealed partial class HouseTests
{
    // Each project may refer to those named with it, and to what they refer to.
    private static readonly Dictionary<string, string[]> Walls = new()
    {
        ["ScimBridge.Scim"] = [],
        ["ScimBridge.Provisioning"] = ["ScimBridge.Scim"],
        ["ScimBridge.Storage"] = ["ScimBridge.Provisioning"],
        ["ScimBridge.Connectors"] = ["ScimBridge.Provisioning"],
        ["ScimBridge.Sandbox"] = [],
        ["ScimBridge.Server"] = ["ScimBridge.Storage", "ScimBridge.Connectors", "ScimBridge.Sandbox"],
    };

    // A room may use those before it, never one behind it.
    public static TheoryData<string, string[]> Rooms => new()
    {
        { "ScimBridge.Scim", ["Schemas", "Errors", "Quirks", "Filters", "Resources", "Messages", "Patching"] },
        { "ScimBridge.Provisioning", ["Workers", "Quality", "Safety", "Lifecycle", "Mapping", "Groups", "Authority", "Access", "Planning", "Delivery", "Revocation", "Sponsorship", "Reconciliation", "Signals", "Journal"] },
        { "ScimBridge.Server", ["Hosting", "Evidence", "Jobs", "Api", "Demo", "Cli"] },
    };

    [Fact]
    public void Projects_refer_to_each_other_as_the_walls_allow()
    {
        var projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

        Assert.Equal(Walls.Keys.Order(), projects.Select(p => Path.GetFileNameWithoutExtension(p)).Order());
        foreach (var project in projects)
        {
            var referred = XDocument.Load(project).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
            Assert.Equal(Walls[Path.GetFileNameWithoutExtension(project)].Order(), referred.Order());
        }
    }

    [Theory, MemberData(nameof(Rooms))]
    public void Rooms_use_only_those_before_them(string project, string[] order)
    {
        var root = Path.Combine(Repository.Root, "src", project);
        var breaches = new List<string>();
        for (var i = 0; i < order.Length; i++)
        {
            var folder = Path.Combine(root, order[i]);
            Assert.True(Directory.Exists(folder), $"There is no room {folder}.");
            foreach (var file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
            {
                foreach (Match used in Using().Matches(File.ReadAllText(file)))
                {
                    var at = Array.IndexOf(order, used.Groups["room"].Value);
                    if (used.Groups["project"].Value == project && at > i)
                        breaches.Add($"{order[i]}/{Path.GetFileName(file)} uses {order[at]}");
                }
            }
        }

        Assert.Empty(breaches);
    }

    [Fact]
    public void No_room_is_called_after_nothing()
    {
        string[] empty = ["Helpers", "Utils", "Utilities", "Common", "Core", "Managers", "Services", "Base", "Misc", "Shared"];

        Assert.DoesNotContain(
            Directory.GetDirectories(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories),
            d => empty.Contains(Path.GetFileName(d), StringComparer.OrdinalIgnoreCase) && !d.Contains("bin", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^using (?<project>ScimBridge\.\w+)\.(?<room>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Using();
}
