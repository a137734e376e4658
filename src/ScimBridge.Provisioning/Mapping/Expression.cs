using Fluid;
using Fluid.Parser;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>
/// A text with Liquid in it (https://shopify.github.io/liquid/): <c>{{ worker.givenName }}</c>. It is parsed once and sees its variables
/// and nothing else: no clock, no files, no culture. How long it may run and what it may come to is limited.
/// </summary>
public sealed class Expression
{
    /// <summary>The most characters that an expression may have, and that it may come to.</summary>
    public const int MostCharacters = 4096;

    private readonly IFluidTemplate _template;

    private Expression(string text, IFluidTemplate template, IReadOnlyCollection<string> variables)
    {
        Text = text;
        _template = template;
        Variables = variables;
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The variables that it reads, by their first name: <c>worker</c>, <c>n</c>.</summary>
    public IReadOnlyCollection<string> Variables { get; }

    /// <summary>Parses the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="known">The variables that it may read.</param>
    /// <param name="complete">Whether each output must come to something: <see cref="ExpressionResult.IsComplete"/> tells.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <returns>The expression, or null where it has a fault.</returns>
    internal static Expression? Parse(string text, Shape known, bool complete, out ExpressionFault? fault)
    {
        if (text.Length > MostCharacters)
        {
            fault = new(MostCharacters, $"It has more than {MostCharacters} characters.", "Say it more briefly.");
            return null;
        }

        if (ExpressionLanguage.Parse(text, out fault) is not FluidTemplate template)
            return null;
        var check = new ExpressionCheck(text, known);
        check.VisitTemplate(template);
        fault = check.Fault;
        if (fault is not null)
            return null;
        return new Expression(text, complete ? new RequiredOutput.Rewriter().VisitTemplate(template) : template, check.Variables);
    }

    /// <summary>Evaluates it.</summary>
    /// <exception cref="ExpressionException">It fails, runs too long, or comes to too much.</exception>
    internal ExpressionResult Evaluate(ExpressionVariables variables)
    {
        var context = variables.Context();
        string text;
        try
        {
            text = _template.Render(context);
        }
        catch (ExpressionException)
        {
            throw;
        }
        catch (InvalidOperationException e) when (e.Message.Contains("recursion", StringComparison.Ordinal))
        {
            // So Fluid says of its steps, in words about templates that include each other.
            throw new ExpressionException($"It takes more than {ExpressionLanguage.MostSteps} steps.", e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ExpressionException(Sentence(e), e);
        }

        return text.Length > MostCharacters
            ? throw new ExpressionException($"It comes to more than {MostCharacters} characters.")
            : new ExpressionResult(text.Trim(), RequiredOutput.IsComplete(context));
    }

    /// <summary>Where in the text the reason lies, as far as that can be told.</summary>
    internal int ColumnOf(ExpressionException failure) => ExpressionCheck.ColumnOf(Text, failure.Filter);

    private static string Sentence(Exception e) => e switch
    {
        DivideByZeroException => "It divides by zero.",
        OverflowException => "A number in it is too large.",
        _ => $"It fails: {e.Message.TrimEnd('.')}.",
    };
}
