namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>Puts addresses together.</summary>
internal static class Addresses
{
    /// <summary>An address with parameters behind those that it has; those without a value are left out.</summary>
    public static Uri With(string address, params IEnumerable<(string Name, string? Value)> parameters)
    {
        var query = string.Join('&', parameters.Where(p => p.Value is not null).Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value!)}"));
        return new Uri(query.Length == 0 ? address : address + (address.Contains('?', StringComparison.Ordinal) ? '&' : '?') + query);
    }

    /// <summary>
    /// The address of the next page as the system gives it. It must be at the same place as the first: the credential goes nowhere else.
    /// </summary>
    public static Uri Next(Uri current, string next) =>
        Uri.TryCreate(current, next, out var address) && address.Scheme == current.Scheme && address.Authority == current.Authority
            ? address
            : throw new FeedException($"GET {current.AbsolutePath}: the next page is said to be at another address, to which the credential is not taken.");
}
