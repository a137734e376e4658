namespace ScimBridge.Provisioning.Signals;

/// <summary>How a receiver knows an account (RFC 9493, 3.2; RFC 9967, 2.1).</summary>
public enum SubjectFormat
{
    /// <summary><c>iss_sub</c>: who names it, and its id there.</summary>
    IssuerSubject,

    /// <summary><c>email</c>: its address.</summary>
    Email,

    /// <summary><c>opaque</c>: its id at the bridge.</summary>
    Opaque,

    /// <summary><c>scim</c>: where it is in the SCIM service.</summary>
    Scim,
}
