namespace ScimBridge.Server.Api;

/// <summary>What a credential may do.</summary>
public static class Scopes
{
    /// <summary>Read SCIM resources.</summary>
    public const string ScimRead = "scim.read";

    /// <summary>Create, change and delete SCIM resources.</summary>
    public const string ScimWrite = "scim.write";

    /// <summary>Hand in HR records of the source in <c>hris.write:{source}</c>.</summary>
    public const string HrisWrite = "hris.write";

    /// <summary>The policy of what senders and administrators may both read of a source.</summary>
    public const string HrisRead = "hris.read";

    /// <summary>Look at everything that administrators see.</summary>
    public const string AdminRead = "admin.read";

    /// <summary>Run, retry and pause work.</summary>
    public const string AdminOperate = "admin.operate";

    /// <summary>Approve what waits for somebody's approval.</summary>
    public const string AdminApprove = "admin.approve";

    /// <summary>Read one's streams of Shared Signals, and fetch what they are told.</summary>
    public const string SsfRead = "ssf.read";

    /// <summary>Make, change and delete one's stream of Shared Signals; reads it too.</summary>
    public const string SsfManage = "ssf.manage";

    /// <summary>Every scope as it is written; where it is of a source, without its name.</summary>
    public static IReadOnlyList<string> All { get; } = [ScimRead, ScimWrite, HrisWrite + ":<source>", AdminRead, AdminOperate, AdminApprove, SsfRead, SsfManage];

    /// <summary>Whether the caller may do what the policy stands for: that of one scope, or one that depends on the source in the path.</summary>
    internal static bool Allow(string policy, Caller caller, HttpContext http) => policy switch
    {
        HrisWrite => WritesSource(caller, http),
        HrisRead => caller.Has(AdminRead) || WritesSource(caller, http),
        SsfRead => caller.Has(SsfRead) || caller.Has(SsfManage),
        _ => caller.Has(policy),
    };

    /// <summary>What is wrong with a scope, or null.</summary>
    public static string? Fault(string scope) =>
        scope is ScimRead or ScimWrite or AdminRead or AdminOperate or AdminApprove or SsfRead or SsfManage
        || (scope.StartsWith(HrisWrite + ":", StringComparison.Ordinal) && scope.Length > HrisWrite.Length + 1)
            ? null
            : $"'{scope}' is no scope; there are {string.Join(", ", All)}.";

    private static bool WritesSource(Caller caller, HttpContext http) =>
        http.GetRouteValue("source") is string source && caller.Has($"{HrisWrite}:{source}");
}
