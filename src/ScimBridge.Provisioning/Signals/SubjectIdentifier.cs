using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Signals;

/// <summary>Whom a receiver means (RFC 9493, 3.2; RFC 9967, 2.1).</summary>
/// <param name="Format">The form.</param>
/// <param name="Value">The address, the id, or the address in the SCIM service.</param>
/// <param name="Issuer">Of <see cref="SubjectFormat.IssuerSubject"/>: who names it.</param>
public sealed record SubjectIdentifier(SubjectFormat Format, string Value, string? Issuer = null)
{
    /// <summary>
    /// Reads an identifier: a simple one, or the <c>user</c> of a complex one (SSF 1.0, 3.3). Null where it is none, or of a form that no account is
    /// known by here.
    /// </summary>
    public static SubjectIdentifier? Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json["user"] is JsonObject user)
            return Read(user);
        var (format, member) = SignalSubject.Text(json["format"]) switch
        {
            "iss_sub" => (SubjectFormat.IssuerSubject, "sub"),
            "email" => (SubjectFormat.Email, "email"),
            "opaque" => (SubjectFormat.Opaque, "id"),
            "scim" => (SubjectFormat.Scim, "uri"),
            _ => (SubjectFormat.Opaque, ""),
        };
        if (SignalSubject.Text(json[member]) is not { } value)
            return null;
        return format != SubjectFormat.IssuerSubject ? new SubjectIdentifier(format, value)
            : SignalSubject.Text(json["iss"]) is { } issuer ? new SubjectIdentifier(format, value, issuer)
            : null;
    }
}
