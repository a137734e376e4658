using Fluid.Values;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>A worker as expressions see one: the canonical names, words as in the configuration, dates as <c>yyyy-MM-dd</c>.</summary>
internal sealed class WorkerVariable(WorkerFacts facts) : IFluidIndexable
{
    // The source's own keys, and what is nobody's business but HR's (leaves, ends and their reasons), are not among them.
    private static readonly Dictionary<string, Func<WorkerFacts, string?>> Fields = new(StringComparer.Ordinal)
    {
        ["employeeNumber"] = f => f.EmployeeNumber,
        ["givenName"] = f => f.GivenName,
        ["familyName"] = f => f.FamilyName,
        ["displayName"] = f => f.DisplayName,
        ["legalGivenName"] = f => f.LegalGivenName ?? f.GivenName,
        ["legalFamilyName"] = f => f.LegalFamilyName ?? f.FamilyName,
        ["status"] = f => Word(f.Status.ToString()),
        ["type"] = f => Word(f.Type.ToString()),
        ["startDate"] = f => Date(f.StartDate),
        ["contractEndDate"] = f => Date(f.ContractEndDate),
        ["terminationDate"] = f => Date(f.TerminationDate),
        ["lastDayOfWork"] = f => Date(f.LastDayOfWork),
        ["title"] = f => f.Title,
        ["jobCode"] = f => f.JobCode,
        ["positionId"] = f => f.PositionId,
        ["department"] = f => f.Department,
        ["departmentCode"] = f => f.DepartmentCode,
        ["costCenter"] = f => f.CostCenter,
        ["company"] = f => f.Company,
        ["division"] = f => f.Division,
        ["location"] = f => f.Location,
        ["country"] = f => f.Country,
        ["timeZone"] = f => f.TimeZone,
        ["workEmail"] = f => f.WorkEmail,
        ["workPhone"] = f => f.WorkPhone,
        ["preferredLanguage"] = f => f.PreferredLanguage,
    };

    /// <summary>The names of the members.</summary>
    public static IReadOnlyCollection<string> Names => Fields.Keys;

    public int Count => Fields.Count;

    public IEnumerable<string> Keys => Fields.Keys;

    public bool TryGetValue(string name, out FluidValue value)
    {
        value = Fields.TryGetValue(name, out var read) && read(facts) is { } text ? StringValue.Create(text) : NilValue.Instance;
        return value is not NilValue;
    }

    private static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string? Date(LocalDate? date) => date is { } d ? LocalDatePattern.Iso.Format(d) : null;
}
