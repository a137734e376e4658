using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Tests.Planning;

namespace ScimBridge.Provisioning.Tests.Reconciliation;

/// <summary>A row of <c>account-reconciler.json</c>. What it does not say is as it is of a usual account that is as it should be.</summary>
public sealed record ReconciliationVector
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    public required string Situation { get; init; }

    public AccountKind Kind { get; init; }

    public DesiredPart Desired { get; init; } = new();

    public ObservedPart Observed { get; init; } = new();

    public CapabilitiesPart Capabilities { get; init; } = new();

    public OwnerPart? Owner { get; init; }

    public bool IsAbsent { get; init; }

    public bool IsUnlinked { get; init; }

    public bool IsForeign { get; init; }

    public bool IsDeleted { get; init; }

    public bool IsUnmapped { get; init; }

    public bool IsProtected { get; init; }

    public string? Pending { get; init; }

    public string? Hindrance { get; init; }

    public required IReadOnlyList<Expected> Expect { get; init; }

    public Capabilities Can() => PlanVector.All with
    {
        Disable = Capabilities.Disable, Delete = Capabilities.Delete, Groups = Capabilities.Groups, ChangesDisabled = Capabilities.ChangesDisabled,
    };

    public ReconciledAccount Account()
    {
        var attributes = Desired.Attributes ?? Usual();
        var wanted = new DesiredAccount(Kind, "r-1", Desired.Active, attributes)
        {
            Cleared = [.. Desired.Cleared.Select(name => new AttributeName(null, name))],
        };
        var has = (JsonObject)(Observed.Attributes ?? attributes).DeepClone();
        foreach (var (name, value) in Observed.Change)
        {
            if (value is null)
                has.Remove(name);
            else
                has[name] = value.DeepClone();
        }

        return new ReconciledAccount
        {
            Kind = Kind,
            Mapped = IsForeign || IsDeleted || IsUnmapped ? null : new MappedAccount(wanted, Desired.Prepare, Awaits: null),
            IsUnmapped = IsUnmapped,
            ShouldBeActive = Desired.Active,
            Shown = IsForeign || IsDeleted || IsUnmapped ? null : attributes,
            Link = IsUnlinked ? null : new Link("r-1", "1", Desired.Active, attributes.ToJsonString(), Awaits: null),
            Observed = IsAbsent ? null : new ObservedAccount(Kind, "1", Observed.Key, Kind == AccountKind.Group ? null : Observed.Active, has)
            {
                Unshown = [.. Observed.Unshown.Select(name => new AttributeName(null, name))],
            },
            Owner = Owner is null ? null : new Owner("r-1", Owner.By, Owner.LinkedTo),
            Pending = Pending,
            Hindrance = Hindrance,
            IsProtected = IsProtected,
        };
    }

    private static JsonObject Usual() => new()
    {
        ["userName"] = "ann@corp.example",
        ["title"] = "Engineer",
        ["name"] = new JsonObject { ["givenName"] = "Ann", ["familyName"] = "Lee" },
        ["emails"] = new JsonArray(new JsonObject { ["value"] = "ann@corp.example", ["type"] = "work", ["primary"] = true }),
        [Enterprise] = new JsonObject { ["department"] = "Sales", ["manager"] = new JsonObject { ["value"] = "7" } },
    };

    public sealed record DesiredPart
    {
        public bool Active { get; init; } = true;

        public bool Prepare { get; init; }

        public JsonObject? Attributes { get; init; }

        public IReadOnlyList<string> Cleared { get; init; } = [];
    }

    public sealed record ObservedPart
    {
        public bool? Active { get; init; } = true;

        public string? Key { get; init; } = "r-1";

        public JsonObject? Attributes { get; init; }

        public JsonObject Change { get; init; } = [];

        public IReadOnlyList<string> Unshown { get; init; } = [];
    }

    public sealed record CapabilitiesPart
    {
        public bool Disable { get; init; } = true;

        public bool Delete { get; init; } = true;

        public bool Groups { get; init; } = true;

        public bool ChangesDisabled { get; init; } = true;
    }

    public sealed record OwnerPart
    {
        public required string By { get; init; }

        public string? LinkedTo { get; init; }
    }

    public sealed record Expected
    {
        public required DifferenceKind Kind { get; init; }

        public required IReadOnlyList<string> What { get; init; }

        public Standing Standing { get; init; }
    }
}
