using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Rest;

/// <summary>An interface that answers with JSON over HTTP, described by what it is.</summary>
public sealed class RestSourceOptions : PullOptions
{
    /// <summary>The address of the list.</summary>
    public string? Url { get; set; }

    /// <summary>GET, or POST where the interface wants it.</summary>
    public string Method { get; set; } = "GET";

    /// <summary>POST: the body, as JSON.</summary>
    public string? Body { get; set; }

    /// <summary>How calls say who makes them.</summary>
    public RestAuth? Auth { get; set; }

    /// <summary>The list of records in the answer, as a path of members; an answer that is a list needs none.</summary>
    public string Items { get; set; } = "";

    /// <summary>Where the answer says how many records there are on all pages, as a path of members.</summary>
    public string? Total { get; set; }

    /// <summary>How records are spread over pages.</summary>
    public RestPaging Paging { get; set => field = value ?? new RestPaging(); } = new();

    /// <summary>How the interface is asked for changes alone; left out where it cannot be.</summary>
    public RestSince? Since { get; set; }

    internal override IReadOnlyList<string> ListPath => ListPathOf(Items);

    /// <inheritdoc/>
    public override void Locate(Func<string, string> absolute) => Locate(Auth?.Secret, absolute);

    internal override IEnumerable<ConfigurationFault> OwnFaults() =>
    [
        .. FaultsOfAddress("url", Url, "https://hr.example/api/workers"),
        .. Method is "GET" or "POST" ? Array.Empty<ConfigurationFault>() : [new ConfigurationFault("method", "The method is GET or POST.")],
        .. Auth is null ? [new ConfigurationFault("auth", "How calls say who makes them is required.")] : Auth.Faults(this),
        .. Paging.Faults(),
        .. Since?.Faults() ?? [],
    ];
}
