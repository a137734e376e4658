using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>From the text of a path to a <see cref="PatchPath"/>. A bad path is invalidPath, a bad filter within it invalidFilter.</summary>
internal static class PatchPathParser
{
    public static PatchPath Parse(string text, ResourceType type, ClientProfile profile)
    {
        CheckShape(text);
        var binder = new FilterBinder(type, profile, UnknownIsNoValue: false, InUrl: false);
        var syntax = new FilterSyntax(text, binder, profile, FilterLimits.Default);
        if (syntax.Current.Kind != FilterTokenKind.Word)
        {
            throw Fault("The path does not begin with an attribute.");
        }

        var resolved = PathResolution.Of(syntax.Advance().Text, type, profile.Allows(UnqualifiedExtensionNames.Quirk));
        if (resolved.Schema is { } schema && schema != type.Schema && syntax.Current.Kind == FilterTokenKind.End)
        {
            return new PatchPath(null, schema, null);
        }

        if (resolved.Path is not { } path)
        {
            throw Fault($"{type.Name} has no such attribute.");
        }

        if (syntax.Current.Kind == FilterTokenKind.End)
        {
            return new PatchPath(path, null, null);
        }

        if (syntax.Current is not { Kind: FilterTokenKind.OpenBracket, AfterSpace: false } || path.SubAttribute is not null || !path.Attribute.IsComplex)
        {
            throw Fault($"A filter in brackets must follow a complex attribute, and {path} is none.");
        }

        var filter = syntax.Bracketed(new BoundPath(path, InElement: false));
        return new PatchPath(SubAttribute(syntax, path), null, filter);
    }

    private static AttributePath SubAttribute(FilterSyntax syntax, AttributePath path)
    {
        if (syntax.Current.Kind == FilterTokenKind.End)
        {
            return path;
        }

        var token = syntax.Advance();
        return token is { Kind: FilterTokenKind.Word, AfterSpace: false } && token.Text[0] == '.' && syntax.Current.Kind == FilterTokenKind.End
            && path.Attribute.FindSubAttribute(token.Text[1..]) is { } sub
            ? path.To(sub)
            : throw Fault($"After the filter of {path} there is no sub-attribute of it.");
    }

    /// <summary>Refuses, before any filter is read, what is no path at all: unbalanced brackets, array indexes, no name.</summary>
    private static void CheckShape(string text)
    {
        var open = text.IndexOf('[', StringComparison.Ordinal);
        var close = text.LastIndexOf(']');
        if (open < 0 == close >= 0 || close < open || (open < 0 && text.AsSpan().ContainsAny(" \t()\"")) || text.Length == 0 || open == 0
            || text.StartsWith(' ') || !TextRules.IsStorable(text) || text.Any(char.IsControl))
        {
            throw Fault("The path is not an attribute path.");
        }

        if (open >= 0 && text.AsSpan(open + 1, close - open - 1).Trim() is var inner && (inner.IsEmpty || !inner.ContainsAnyExceptInRange('0', '9')))
        {
            throw Fault("The path selects by position; it must select by a filter.");
        }
    }

    private static ScimException Fault(string detail) => ScimError.InvalidPath(detail).AsException();
}
