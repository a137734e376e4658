using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fluid;
using Fluid.Values;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>What an expression is evaluated for.</summary>
internal sealed class ExpressionVariables
{
    private readonly IReadOnlyList<(string Name, FluidValue Value)> _values;

    private ExpressionVariables(params IReadOnlyList<(string Name, FluidValue Value)> values)
    {
        _values = values;
    }

    /// <summary>For a candidate of a worker's user name.</summary>
    public static ExpressionVariables OfName(WorkerFacts facts, int n) =>
        new(("worker", new DictionaryValue(new WorkerVariable(facts))), (Shape.Number, NumberValue.Create(n)));

    /// <summary>For an attribute of a worker's user.</summary>
    public static ExpressionVariables OfWorker(WorkerFacts facts, string userName) =>
        new(("worker", new DictionaryValue(new WorkerVariable(facts))), ("userName", StringValue.Create(userName)));

    /// <summary>For an attribute of a user's account.</summary>
    public static ExpressionVariables OfUser(JsonObject body) =>
        new(("user", Of(body)), ("enterprise", Of(body[UserMapping.EnterpriseSchema])), ("hr", Of(body[HrExtension.Urn])));

    /// <summary>What one evaluation runs in.</summary>
    public TemplateContext Context()
    {
        var context = new TemplateContext(ExpressionLanguage.Options);
        foreach (var (name, value) in _values)
            context.SetValue(name, value);
        return context;
    }

    private static FluidValue Of(JsonNode? node) => node switch
    {
        null => NilValue.Instance,
        JsonObject json => new DictionaryValue(new JsonVariable(json)),
        JsonArray array => new ArrayValue([.. array.Select(Of)]),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => BooleanValue.True,
            JsonValueKind.False => BooleanValue.False,
            JsonValueKind.Number => NumberValue.Create(decimal.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)),
            _ => StringValue.Create(node.GetValue<string>()),
        },
    };

    private sealed class JsonVariable(JsonObject json) : IFluidIndexable
    {
        public int Count => json.Count;

        public IEnumerable<string> Keys => json.Select(p => p.Key);

        public bool TryGetValue(string name, out FluidValue value)
        {
            value = Of(json[name]);
            return value is not NilValue;
        }
    }
}
