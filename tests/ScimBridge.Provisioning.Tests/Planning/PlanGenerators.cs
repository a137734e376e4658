using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Provisioning.Tests.Planning;

/// <summary>One case of planning: what should be, what was acknowledged, and what the target can do.</summary>
public sealed record PlanCase(MappedAccount? Mapped, Link? Link, AccountKind Kind, Capabilities Capabilities);

/// <summary>Random cases out of a small stock of attributes and values, so that what is desired and what was delivered meet.</summary>
internal static class PlanGenerators
{
    private static readonly string[] Values = ["\"a\"", "\"b\"", "1", "true", "[]", "[\"a\",\"b\"]", "[\"b\",\"a\"]", """{"x":1}""", """{"x":1,"y":"a"}""", "{}"];

    private static readonly string[] Names = ["title", "name", "emails", "nickName"];

    private static readonly string[] Schemas = ["urn:x", "URN:y"];

    public static Gen<PlanCase> Case { get; } =
        from kind in Gen.Elements(AccountKind.User, AccountKind.Group)
        from mapped in Gen.Frequency((4, Mapped(kind)), (1, Gen.Constant<MappedAccount?>(null)))
        from link in Gen.Frequency((5, Linked), (1, Gen.Constant<Link?>(null)), (1, Gen.Constant<Link?>(Link.Trying("r-1"))), (1, Gen.Constant<Link?>(Link.Found("r-1", "1"))))
        from disable in Flag
        from delete in Flag
        from groups in Flag
        from changesDisabled in Flag
        select new PlanCase(
            mapped, link, kind, PlanVector.All with { Disable = disable, Delete = delete, Groups = groups, ChangesDisabled = changesDisabled });

    private static Gen<bool> Flag => Gen.Elements(true, false);

    private static Gen<Link?> Linked =>
        from active in Flag
        from delivered in Attributes
        select (Link?)new Link("r-1", "1", active, delivered.ToJsonString(), Awaits: null);

    // A resource has at least its name: a target that holds nothing at all is one of which nothing is known.
    private static Gen<JsonObject> Attributes =>
        from core in Gen.SubListOf(Names)
        from coreValues in Gen.ArrayOf(Gen.Elements(Values), Names.Length)
        from schemas in Gen.SubListOf(Schemas)
        from inner in Gen.ArrayOf(Gen.Elements(Values), 2 * Schemas.Length)
        from size in Gen.Choose(0, 2)
        select Assemble([.. core], coreValues, [.. schemas], inner, size);

    private static Gen<MappedAccount?> Mapped(AccountKind kind) =>
        from active in Flag
        from prepare in Flag
        from attributes in Attributes
        select (MappedAccount?)new MappedAccount(
            new DesiredAccount(kind, "r-1", kind == AccountKind.Group || active, attributes), prepare && kind == AccountKind.User && !active, Awaits: null);

    private static JsonObject Assemble(List<string> core, string[] coreValues, List<string> schemas, string[] inner, int size)
    {
        var result = new JsonObject { ["userName"] = "a" };
        foreach (var (name, value) in core.Zip(coreValues))
            result[name] = JsonNode.Parse(value);
        for (var s = 0; s < schemas.Count; s++)
        {
            var extension = new JsonObject();
            for (var i = 0; i < size; i++)
                extension[$"a{i}"] = JsonNode.Parse(inner[(2 * s) + i]);
            result[schemas[s]] = extension;
        }

        return result;
    }
}
