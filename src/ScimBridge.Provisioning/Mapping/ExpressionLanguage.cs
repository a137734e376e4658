using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;
using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>The Liquid of expressions: which tags and filters there are, and the limits.</summary>
internal static partial class ExpressionLanguage
{
    /// <summary>The most statements that one evaluation may run through.</summary>
    public const int MostSteps = 1000;

    private static readonly string[] Tags = ["if", "unless", "case", "assign", "for", "break", "continue"];

    // Those whose result depends on what they are given and on nothing else.
    private static readonly string[] Usual =
    [
        "append", "prepend", "capitalize", "downcase", "upcase", "strip", "lstrip", "rstrip", "remove", "remove_first", "remove_last", "replace",
        "replace_first", "replace_last", "slice", "split", "join", "first", "last", "size", "truncate", "default", "plus", "minus", "times",
        "divided_by", "modulo", "round", "ceil", "floor", "abs", "at_least", "at_most", "reverse", "compact", "uniq", "sort", "where", "map",
    ];

    private static readonly FluidParser Parser = MakeParser();

    /// <summary>The names of the filters.</summary>
    public static IReadOnlyCollection<string> Filters { get; } = [.. Usual, "fold", "initial", "date", "plusDays"];

    /// <summary>What every evaluation is bound to.</summary>
    public static TemplateOptions Options { get; } = MakeOptions();

    /// <summary>Parses a text, or says what is wrong with it.</summary>
    public static IFluidTemplate? Parse(string text, out ExpressionFault? fault)
    {
        fault = null;
        try
        {
            if (Parser.TryParse(text, out var template, out var error))
                return template;
            fault = FaultOf(text, error);
        }
        catch (Exception e) when (e is ParseException or OverflowException or FormatException)
        {
            fault = new(1, "It is no Liquid.", "A number in it may be too large.");
        }

        return null;
    }

    private static ExpressionFault FaultOf(string text, string? error)
    {
        var match = ParseError().Match(error ?? "");
        if (!match.Success)
            return new(1, "It is no Liquid.", "It begins with {{ and ends with }}, or it is plain text.");
        var line = int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture);
        var before = text.Split('\n').Take(line - 1).Sum(l => l.Length + 1);
        var column = before + int.Parse(match.Groups["column"].ValueSpan, CultureInfo.InvariantCulture);
        var said = match.Groups["said"].Value;
        var hint = said.StartsWith("Unknown tag", StringComparison.Ordinal) ? $"There are {string.Join(", ", Tags)}."
            : said.Contains("End of tag", StringComparison.Ordinal) ? "What is calculated is written with filters: {{ worker.title | append: '.' }}."
            : "An expression reads {{ worker.givenName | downcase }}.";
        return new(column, said + ".", hint);
    }

    private static FluidParser MakeParser()
    {
        var parser = new FluidParser(new FluidParserOptions { AllowFunctions = false, AllowLiquidTag = false });
        foreach (var tag in parser.RegisteredTags.Keys.Except(Tags, StringComparer.Ordinal).ToList())
            parser.RegisteredTags.Remove(tag);
        return parser;
    }

    private static TemplateOptions MakeOptions()
    {
        var options = new TemplateOptions
        {
            MaxSteps = MostSteps,
            CultureInfo = CultureInfo.InvariantCulture,
            TimeZone = TimeZoneInfo.Utc,
            StrictFilters = true,
            // Nothing here asks what time it is; should a filter of the library, it says so.
            Now = () => throw new ExpressionException("An expression has no clock."),
        };
        var usual = Usual.Select(name => (Name: name, Filter: Find(options, name))).ToList();
        options.Filters.Clear();
        foreach (var (name, filter) in usual)
            options.Filters.AddFilter(name, Bounded(name, filter));
        options.Filters.AddFilter("fold", Bounded("fold", (input, _, _) => Text(NameFolding.ToAscii(input.ToStringValue()))));
        options.Filters.AddFilter(
            "initial", Bounded("initial", (input, _, _) => Text(new string([.. NameFolding.ToAscii(input.ToStringValue()).Take(1)]))));
        options.Filters.AddFilter("date", Bounded("date", Date));
        options.Filters.AddFilter("plusDays", Bounded("plusDays", PlusDays));
        return options;
    }

    private static FilterDelegate Find(TemplateOptions options, string name) =>
        options.Filters.TryGetValue(name, out var filter) ? filter : throw new InvalidOperationException($"There is no filter {name}.");

    // A filter that fails is named, and none makes more of a text than an expression may come to.
    private static FilterDelegate Bounded(string name, FilterDelegate filter) => (input, arguments, context) =>
    {
        ValueTask<FluidValue> result;
        try
        {
            context.IncrementSteps();
            result = filter(input, arguments, context);
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException or FormatException or InvalidCastException or FluidException)
        {
            throw new ExpressionException(
                e is DivideByZeroException ? "It divides by zero." : $"The filter {name} cannot do that: {e.Message.TrimEnd('.')}.", e, name);
        }

        return result.IsCompletedSuccessfully && result.Result is StringValue text && text.ToStringValue().Length > Expression.MostCharacters
            ? throw new ExpressionException($"It comes to more than {Expression.MostCharacters} characters.", innerException: null, name)
            : result;
    };

    private static ValueTask<FluidValue> Text(string text) => new(StringValue.Create(text));

    // A date that is not there stays not there; the pattern is one of https://nodatime.org/3.2.x/userguide/localdate-patterns.
    private static ValueTask<FluidValue> Date(FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        var date = DateOf(input);
        if (date is null)
            return new(NilValue.Instance);
        var pattern = arguments.At(0).ToStringValue();
        try
        {
            return Text(LocalDatePattern.CreateWithInvariantCulture(pattern).Format(date.Value));
        }
        catch (InvalidPatternException e)
        {
            throw new ExpressionException("The pattern is none of a date; it is written like yyyy-MM-dd or d MMM yyyy.", e, "date");
        }
    }

    private static ValueTask<FluidValue> PlusDays(FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        if (DateOf(input) is not { } date)
            return new(NilValue.Instance);
        var days = arguments.At(0).ToNumberValue();
        return days is < -36_600 or > 36_600
            ? throw new ExpressionException("More than a hundred years are added.", innerException: null, "plusDays")
            : Text(LocalDatePattern.Iso.Format(date.PlusDays((int)days)));
    }

    private static LocalDate? DateOf(FluidValue input)
    {
        if (input.ToStringValue() is not { Length: > 0 } text)
            return null;
        var parsed = LocalDatePattern.Iso.Parse(text);
        return parsed.Success ? parsed.Value : throw new ExpressionException("It is no date as yyyy-MM-dd.", innerException: null, "date");
    }

    [GeneratedRegex(@"^(?<said>[^\n]*) at \((?<line>\d{1,6}):(?<column>\d{1,6})\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ParseError();
}
