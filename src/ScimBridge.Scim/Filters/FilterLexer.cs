using System.Globalization;
using System.Text;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Scim.Filters;

/// <summary>Cuts a filter or a path into tokens, each character once (RFC 7644 3.4.2.2, figure 1).</summary>
internal sealed class FilterLexer(string text)
{
    private int _at;

    public FilterToken Next()
    {
        var start = _at;
        while (_at < text.Length && text[_at] is ' ' or '\t')
        {
            _at++;
        }

        var spaced = _at > start;
        if (_at == text.Length)
        {
            return new FilterToken(FilterTokenKind.End, "", _at, spaced);
        }

        return text[_at] switch
        {
            '(' => Single(FilterTokenKind.OpenParenthesis, spaced),
            ')' => Single(FilterTokenKind.CloseParenthesis, spaced),
            '[' => Single(FilterTokenKind.OpenBracket, spaced),
            ']' => Single(FilterTokenKind.CloseBracket, spaced),
            '"' => Quoted(spaced),
            _ => Word(spaced),
        };
    }

    private FilterToken Single(FilterTokenKind kind, bool spaced) => new(kind, text[_at].ToString(), _at++, spaced);

    private FilterToken Word(bool spaced)
    {
        var start = _at;
        while (_at < text.Length && text[_at] is not (' ' or '\t' or '(' or ')' or '[' or ']' or '"'))
        {
            if (char.IsControl(text[_at]))
            {
                throw Fault("a control character", _at);
            }

            _at++;
        }

        var word = text[start.._at];
        return TextRules.IsStorable(word)
            ? new FilterToken(FilterTokenKind.Word, word, start, spaced)
            : throw Fault("a character that is none", start);
    }

    private FilterToken Quoted(bool spaced)
    {
        var start = _at++;
        var value = new StringBuilder();
        while (_at < text.Length && text[_at] != '"')
        {
            var c = text[_at++];
            if (c < ' ')
            {
                throw Fault("a control character in a string", _at - 1);
            }

            value.Append(c == '\\' ? Escape() : c);
        }

        if (_at == text.Length)
        {
            throw Fault("a string without its end", start);
        }

        _at++;
        var content = value.ToString();
        if (!TextRules.IsStorable(content))
        {
            throw Fault("a string with a character that is none", start);
        }

        return new FilterToken(FilterTokenKind.Text, content, start, spaced);
    }

    private char Escape()
    {
        var c = _at < text.Length ? text[_at++] : '\0';
        switch (c)
        {
            case '"' or '\\' or '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _at + 4 <= text.Length
                && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default:
                throw Fault("an escape that JSON does not have", _at - 1);
        }
    }

    private static ScimException Fault(string what, int position) =>
        new(ScimError.InvalidFilter(string.Create(CultureInfo.InvariantCulture, $"The filter has {what} at position {position + 1}.")))
        {
            Position = position,
        };
}
