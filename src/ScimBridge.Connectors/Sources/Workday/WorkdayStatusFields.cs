using System.Text.Json;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Workday;

/// <summary>
/// The aliases of the fields that say where a worker stands. Flags are <c>1</c> and <c>0</c> or true and false; one that the report does
/// not have is not set.
/// </summary>
public sealed class WorkdayStatusFields
{
    /// <summary>The status as a word.</summary>
    public string Status { get; set; } = "Worker_Status";

    /// <summary>Whether the worker is active.</summary>
    public string Active { get; set; } = "ACTIVE";

    /// <summary>Whether the worker is on leave.</summary>
    public string OnLeave { get; set; } = "On_Leave";

    /// <summary>Whether the hire lies ahead.</summary>
    public string FutureDate { get; set; } = "FUTURE_DATE";

    /// <summary>Whether a hire was taken back.</summary>
    public string Rescinded { get; set; } = "IS_RESCINDED";

    /// <summary>
    /// One word of all of them. A hire counts as taken back where it is rescinded, lies ahead and the worker is not active: rescinded
    /// alone is said as well where only a date was corrected.
    /// </summary>
    internal string? Of(JsonElement entry)
    {
        var (active, future) = (Flag(entry, Active), Flag(entry, FutureDate));
        if (Flag(entry, Rescinded) == true && future == true && active != true)
            return "Rescinded";
        var status = JsonPage.TextAt(entry, Status);
        if (Flag(entry, OnLeave) == true && (status is null or "Active") && active != false)
            return "On Leave";
        return status ?? (active, future) switch
        {
            (true, _) => "Active",
            (false, true) => "Future Hire",
            (false, _) => "Terminated",
            _ => null,
        };
    }

    private static bool? Flag(JsonElement entry, string name) => JsonPage.TextAt(entry, name)?.ToUpperInvariant() switch
    {
        "1" or "TRUE" or "YES" or "Y" => true,
        "0" or "FALSE" or "NO" or "N" => false,
        _ => null,
    };
}
