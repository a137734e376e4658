namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>Finds everything that is wrong with a target's configuration.</summary>
internal static class EntraTargetFaults
{
    public static IEnumerable<ConfigurationFault> Of(EntraTargetOptions options)
    {
        foreach (var fault in EntraConnectionFaults.Of(options))
            yield return fault;
        if (!EntraKey.IsPossible(options.CorrelationAttribute))
        {
            yield return new(
                "correlationAttribute",
                "The property of users that carries the bridge's key, and nothing else: extension_APPID_NAME (a directory extension; the app's id "
                + "without dashes), or one of extensionAttribute1 to 15.");
        }

        if (options.Match.Distinct().Count() != options.Match.Count)
            yield return new("match", "Each of them once.");
        if (options.UserPrincipalNameSuffix is { } suffix && (suffix.Length < 2 || suffix[0] != '@' || suffix.Any(char.IsWhiteSpace)))
            yield return new("userPrincipalNameSuffix", "It begins with @, such as @corp.example.");
        foreach (var fault in EntraProfile.Faults(options))
            yield return fault;
        for (var i = 0; i < options.Revoke.Count; i++)
        {
            if (!EntraAccess.Possible.Contains(options.Revoke[i]))
                yield return new($"revoke[{i}]", "One of sessions, grants, roles, factors, devices: Graph has a call to end these.");
            else if (options.Revoke.IndexOf(options.Revoke[i]) < i)
                yield return new($"revoke[{i}]", "Each of them once.");
        }

        if (options.ServiceAccounts is { Applications: false, AgentIdentities: false, ManagedIdentities: false })
            yield return new("serviceAccounts", "At least one of applications, agentIdentities and managedIdentities is true, or leave it out.");
        if (options.ServiceAccounts is { ReadUse: true } && options.Cloud != EntraCloud.Global)
            yield return new("serviceAccounts.readUse", "The report of the use of credentials is had in the global cloud alone.");
        if (options.MembersPerCall is < 1 or > 1000)
            yield return new("membersPerCall", "Between 1 and 1,000 members make a piece of work.");
    }
}
