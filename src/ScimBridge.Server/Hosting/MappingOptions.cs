using System.ComponentModel;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Server.Hosting;

/// <summary>How workers become users.</summary>
public sealed class MappingOptions
{
    /// <summary>Candidates of user names.</summary>
    [Description("Candidates of user names, best first: Liquid expressions over worker and n, which counts from 2. One of which an output comes to nothing does not fit the worker.")]
    public List<string> UserName { get; set; } =
    [
        "{{ worker.givenName | fold }}.{{ worker.familyName | fold }}@example.com",
        "{{ worker.givenName | fold }}.{{ worker.familyName | fold }}{{ n }}@example.com",
    ];

    /// <summary>Whether the user name is the work e-mail of whom HR gives none.</summary>
    [Description("Whether the user name is also the work e-mail of those whom HR gives none.")]
    public bool UserNameIsEmail { get; set; } = true;

    /// <summary>What is mapped otherwise than by default.</summary>
    [Description("SCIM path -> what the attribute is: a Liquid expression over worker and userName, a constant as { \"value\": ... }, an expression with a default as { \"expression\": ..., \"default\": ... }, or null, which clears it. A path that is left out is mapped as by default.")]
    public JsonObject User { get; set; } = [];

    /// <summary>Names that nobody gets.</summary>
    [Description("User names that no worker gets, in any case and with any accents; without a domain, under any.")]
    public List<string> Reserved { get; set; } =
        ["abuse", "admin", "administrator", "hostmaster", "info", "no-reply", "noreply", "postmaster", "root", "security", "support", "webmaster"];

    /// <summary>A file of further names that nobody gets.</summary>
    [Description("A file of further names that no worker gets, one a line.")]
    public string? ReservedFile { get; set; }

    /// <summary>When a name may be somebody else's.</summary>
    [Description("Days after which the name of a user who is no more may be another's. Left out: never. The names of those who are here, active or not, and their earlier ones, are nobody else's.")]
    public int? ReuseAfterDays { get; set; }

    /// <summary>What becomes of the user name of one whose name changes.</summary>
    [Description("What becomes of the user name of one whose name changes. keep: it stays. rename: the best candidate of the new name follows, and the old address stays as an alias.")]
    public RenameAction OnRename { get; set; } = RenameAction.Keep;
}

/// <summary>What a target is told of users differently from others.</summary>
public sealed class TargetMappingOptions
{
    /// <summary>Which of a person's names.</summary>
    [Description("Which name: preferred, which the person uses, or legal, that in the papers.")]
    public NameRouting Name { get; set; } = NameRouting.Preferred;

    /// <summary>What is laid over the user.</summary>
    [Description("SCIM path -> what the attribute is at this target, as in mapping.user; expressions read user, enterprise and hr.")]
    public JsonObject Attributes { get; set; } = [];

    /// <summary>What is left to the target.</summary>
    [Description("SCIM paths of attributes, or URNs of extensions, that the target is not told and keeps as it has them.")]
    public List<string> Omit { get; set; } = [];
}
