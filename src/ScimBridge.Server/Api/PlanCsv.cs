using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Server.Api;

/// <summary>The items of a plan as CSV (RFC 4180).</summary>
internal static class PlanCsv
{
    /// <summary>The first line.</summary>
    public const string Header = "source,worker,target,operation,rule,department,group,attributes\r\n";

    /// <summary>One item.</summary>
    public static string Line(PlanItem item) => ExportFormats.Line(
        item.Source, item.WorkerId ?? item.Subject, item.Target, item.Operation.Word(), item.Rule, item.Department, item.Group,
        string.Join(' ', item.Attributes));
}
