using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Patching;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Tests.Resources;

namespace ScimBridge.Scim.Tests.Patching;

public sealed class PatchVectorTests
{
    private static readonly JsonArray File = CustomTypes.Json("Patching", "patch-vectors.json").AsArray();

    public static TheoryData<int, string, string> Vectors { get; } = Numbered();

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Patch_gives_the_expected_resource_or_fault(int number, string name, string profile)
    {
        var vector = File[number]!;
        var before = vector["body"]!.ToJsonString();
        if ((string?)vector["scimType"] is { } scimType)
        {
            var fault = Assert.Throws<ScimException>(() => Apply(vector, profile));
            Assert.Equal($"{scimType} {name}", $"{fault.Error.ScimType} {name}");
            if (vector["index"] is { } index)
            {
                Assert.StartsWith($"Operations[{index}]: ", fault.Error.Detail, StringComparison.Ordinal);
            }
        }
        else
        {
            var result = Apply(vector, profile);
            Assert.True(JsonNode.DeepEquals(vector["after"], result.Body), result.Body.ToJsonString());
            Assert.Equal(!ResourceComparer.AreEqual(vector["body"], vector["after"]), result.BodyChanged);
            Assert.Equal((vector["writeOnly"] ?? new JsonObject()).ToJsonString(), result.WriteOnly.ToJsonString());
            if (vector["membership"] is { } membership)
            {
                Assert.Equal(membership.ToJsonString(), new JsonArray([.. result.Membership.Select(Step)]).ToJsonString());
            }
        }

        Assert.Equal(before, vector["body"]!.ToJsonString());
    }

    private static PatchResult Apply(JsonNode vector, string profile)
    {
        var type = CustomTypes.Catalog.FindResourceType((string)vector["type"]!)!;
        var client = ClientProfile.Find(profile)!;

        // The vectors hold U+0000 as JSON does; a body with it is refused before it gets here.
        var message = vector["message"]!.DeepClone().AsObject();
        return PatchApplier.Apply(vector["body"]!.AsObject(), PatchReader.Read(message, type, client).Operations, type, client);
    }

    private static JsonNode Step(MembershipChange change) => change switch
    {
        AddMembers add => new JsonArray(["add", .. add.Members.Select(Member)]),
        ReplaceMembers replace => new JsonArray(["replace", .. replace.Members.Select(Member)]),
        RemoveMembers remove => new JsonArray(["remove", .. remove.Ids.Select(i => JsonValue.Create(i))]),
        RemoveMembersWhere where => new JsonArray("removeWhere", where.Filter.ToString()),
        _ => new JsonArray("removeAll"),
    };

    private static JsonArray Member(MemberReference member) => new(member.Value, member.Type);

    private static TheoryData<int, string, string> Numbered()
    {
        var data = new TheoryData<int, string, string>();
        for (var i = 0; i < File.Count; i++)
        {
            data.Add(i, (string)File[i]!["name"]!, (string)File[i]!["profile"]!);
        }

        return data;
    }
}
