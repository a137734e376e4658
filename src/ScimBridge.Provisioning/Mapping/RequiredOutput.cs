using System.Globalization;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Ast;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>An output that must come to something: where it does not, what it stands in is not complete.</summary>
internal sealed class RequiredOutput(OutputStatement output) : Statement
{
    private const string Missing = "missing";

    /// <summary>Whether each such output of an evaluation came to something.</summary>
    public static bool IsComplete(TemplateContext context) => !context.AmbientValues.ContainsKey(Missing);

    public override ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        // Nothing in an expression waits, so the output is there when the call returns.
        var done = output.WriteToAsync(text, encoder, context);
        var written = text.ToString();
        if (written.Length == 0)
            context.AmbientValues[Missing] = true;
        writer.Write(written);
        return done;
    }

    protected override Statement Accept(AstVisitor visitor) => this;

    internal sealed class Rewriter : AstRewriter
    {
        protected override Statement VisitOutputStatement(OutputStatement outputStatement) => new RequiredOutput(outputStatement);
    }
}
