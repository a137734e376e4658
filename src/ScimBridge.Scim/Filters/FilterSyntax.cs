using System.Globalization;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;

namespace ScimBridge.Scim.Filters;

/// <summary>
/// Recursive descent over the grammar of RFC 7644 3.4.2.2. Depth is counted, so the stack is bounded; precedence is
/// grouping, not, and, or. Value filters have logical expressions of their own, as the RFC's examples do (erratum 4690).
/// </summary>
internal sealed class FilterSyntax
{
    private readonly FilterLexer _lexer;
    private readonly FilterBinder _binder;
    private readonly FilterLimits _limits;
    private readonly bool _spacesOptional;
    private FilterToken _current;
    private FilterToken _next;
    private FilterToken _taken;
    private int _depth;
    private int _terms;

    public FilterSyntax(string text, FilterBinder binder, ClientProfile profile, FilterLimits limits)
    {
        if (text.Length > limits.MaxLength)
        {
            throw ScimError.InvalidFilter(
                string.Create(CultureInfo.InvariantCulture, $"The filter is longer than {limits.MaxLength} characters.")).AsException();
        }

        _lexer = new FilterLexer(text);
        _binder = binder;
        _limits = limits;
        _spacesOptional = profile.Allows(MissingSpaceInFilter.Quirk);
        _current = _lexer.Next();
        _next = _lexer.Next();
    }

    public FilterToken Current => _current;

    public Filter WholeFilter()
    {
        try
        {
            var filter = Disjunction(null);
            return _current.Kind == FilterTokenKind.End ? filter : throw Unexpected("the end");
        }
        catch (ScimException e) when (e.Position is null)
        {
            // What a name or a value does not mean was found out when it had just been taken.
            throw new ScimException(e.Error) { Position = _taken.Position };
        }
    }

    /// <summary>The part between brackets; the current token is the opening one, and afterwards what follows the closing one.</summary>
    public Filter Bracketed(BoundPath path)
    {
        _binder.CheckValuePath(path);
        Enter();
        var inner = Disjunction(path);
        Leave(FilterTokenKind.CloseBracket, "a closing bracket");
        return inner;
    }

    public FilterToken Advance()
    {
        _taken = _current;
        _current = _next;
        _next = _lexer.Next();
        return _taken;
    }

    private Filter Disjunction(BoundPath? scope)
    {
        var left = Conjunction(scope);
        while (_current.IsWord("or"))
        {
            AdvanceSpaced();
            left = FilterBinder.Or(left, Conjunction(scope));
        }

        return left;
    }

    private Filter Conjunction(BoundPath? scope)
    {
        var left = Factor(scope);
        while (_current.IsWord("and"))
        {
            AdvanceSpaced();
            left = FilterBinder.And(left, Factor(scope));
        }

        return left;
    }

    private Filter Factor(BoundPath? scope)
    {
        if (_current.IsWord("not") && _next.Kind == FilterTokenKind.OpenParenthesis)
        {
            Advance();
            return FilterBinder.Not(Group(scope));
        }

        return _current.Kind == FilterTokenKind.OpenParenthesis ? Group(scope) : Expression(scope);
    }

    private Filter Group(BoundPath? scope)
    {
        Enter();
        var filter = Disjunction(scope);
        Leave(FilterTokenKind.CloseParenthesis, "a closing parenthesis");
        return filter;
    }

    private Filter Expression(BoundPath? scope)
    {
        if (_current.Kind != FilterTokenKind.Word)
        {
            throw Unexpected("an attribute");
        }

        var path = _binder.Path(Advance().Text, scope);
        if (_current is not { Kind: FilterTokenKind.OpenBracket, AfterSpace: false })
        {
            return Test(path);
        }

        if (scope is not null)
        {
            throw Unexpected("an operator");
        }

        var inner = Bracketed(path);
        if (_current is { Kind: FilterTokenKind.Word, AfterSpace: false } && _current.Text[0] == '.')
        {
            // emails[type eq "work"].value eq "x" is not in the grammar, but it is how Entra ID matches by e-mail.
            inner = FilterBinder.And(inner, Test(_binder.Path(Advance().Text[1..], path)));
        }

        return FilterBinder.Within(path, inner);
    }

    /// <summary>An operator, and the value unless the operator is <c>pr</c>.</summary>
    private Filter Test(BoundPath path)
    {
        if (++_terms > _limits.MaxTerms)
        {
            throw ScimError.InvalidFilter(
                string.Create(CultureInfo.InvariantCulture, $"The filter has more than {_limits.MaxTerms} comparisons.")).AsException();
        }

        if (_current.Kind != FilterTokenKind.Word)
        {
            throw Unexpected("an operator");
        }

        var word = Advance().Text;
        if (string.Equals(word, "pr", StringComparison.OrdinalIgnoreCase))
        {
            return FilterBinder.Present(path);
        }

        if (OperatorNames.Find(word) is not { } comparison)
        {
            throw ScimError.InvalidFilter($"The filter has the unknown operator {new FilterToken(FilterTokenKind.Word, word, 0, false)}.").AsException();
        }

        if (_current.Kind is not (FilterTokenKind.Word or FilterTokenKind.Text) || (!_current.AfterSpace && !_spacesOptional))
        {
            throw Unexpected("a value after a space");
        }

        return _binder.Compare(path, comparison, Advance());
    }

    /// <summary>Steps over <c>and</c> or <c>or</c>, which the grammar wants between spaces.</summary>
    private void AdvanceSpaced()
    {
        if (!_spacesOptional && !(_current.AfterSpace && _next.AfterSpace))
        {
            throw Unexpected("a space");
        }

        Advance();
    }

    private void Enter()
    {
        if (++_depth > _limits.MaxDepth)
        {
            throw ScimError.InvalidFilter(
                string.Create(CultureInfo.InvariantCulture, $"The filter is nested deeper than {_limits.MaxDepth} levels.")).AsException();
        }

        Advance();
    }

    private void Leave(FilterTokenKind kind, string what)
    {
        if (_current.Kind != kind)
        {
            throw Unexpected(what);
        }

        _depth--;
        Advance();
    }

    private ScimException Unexpected(string wanted) => new(ScimError.InvalidFilter(
        string.Create(CultureInfo.InvariantCulture, $"The filter has {_current} at position {_current.Position + 1} where {wanted} is expected.")))
    {
        Position = _current.Position,
    };
}
