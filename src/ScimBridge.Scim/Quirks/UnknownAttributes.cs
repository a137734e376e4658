using ScimBridge.Scim.Errors;

namespace ScimBridge.Scim.Quirks;

/// <summary>
/// An attribute that the schema does not have: <c>{"userName":"mira","shoeSize":38}</c>. RFC 7644 3.1 lets a server read a body in
/// the context of its own schema, and clients with editable mappings send what other servers know. It is passed over and
/// noted; a strict client is told.
/// Source: developer.okta.com, "SCIM 2.0 Protocol Reference", whose PUT echoes all that a GET returned; RFC 7644 3.1.
/// </summary>
public static class UnknownAttributes
{
    public static readonly Quirk Quirk = new("unknownAttributes");

    /// <summary>Notes the name, or refuses it.</summary>
    internal static void PassOver(string name, ClientProfile profile, ICollection<string> ignored)
    {
        if (!profile.Allows(Quirk))
        {
            throw ScimError.InvalidSyntax($"There is no attribute \"{(name.Length > 100 ? name[..100] : name)}\".").AsException();
        }

        ignored.Add(name);
    }
}
