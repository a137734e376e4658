namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// An authentication method of a user. <see href="https://learn.microsoft.com/en-us/graph/api/resources/authenticationmethods-overview"/>
/// </summary>
/// <param name="Type">Its type without the words around it: <c>phone</c>.</param>
/// <param name="Id">Its id, which for a phone is the same for everybody.</param>
internal sealed record EntraMethod(string Type, string Id)
{
    private const string Before = "#microsoft.graph.", After = "AuthenticationMethod";

    private static readonly string[] Deletable =
        ["email", "fido2", "microsoftAuthenticator", "phone", "platformCredential", "softwareOath", "temporaryAccessPass", "windowsHelloForBusiness"];

    public bool IsPassword => Type == "password";

    /// <summary>v1.0 has a call that deletes it.</summary>
    public bool IsDeletable => Deletable.Contains(Type);

    /// <summary>Where methods of its type are.</summary>
    public string Segment => Type + "Methods";

    /// <summary>What tells it from the others of the same user.</summary>
    public string Name => $"{Type} {Id}";

    public static EntraMethod Of(string type, string id)
    {
        var name = type.StartsWith(Before, StringComparison.Ordinal) ? type[Before.Length..] : type;
        return new EntraMethod(name.EndsWith(After, StringComparison.Ordinal) ? name[..^After.Length] : name, id);
    }
}
