using ScimBridge.Scim.Errors;

namespace ScimBridge.Scim.Messages;

/// <summary>
/// In which order the operations of a bulk request are executed: as the client gave them, but what an operation refers to is
/// created before it; and where references go in a circle, one of them is added afterwards (RFC 7644 3.7.1).
/// </summary>
public sealed class BulkPlan
{
    private readonly BulkOperation[] _operations;
    private readonly Dictionary<string, int> _creators;
    private readonly HashSet<string>[] _deferred;
    private readonly State[] _states;
    private readonly List<BulkStep> _steps = [];

    private BulkPlan(BulkRequest request)
    {
        _creators = request.Operations.Where(o => o is { Method: BulkMethod.Post, BulkId: not null })
            .ToDictionary(o => o.BulkId!, o => o.Index, StringComparer.Ordinal);
        _operations = [.. request.Operations.Select(Checked)];
        _deferred = [.. _operations.Select(_ => new HashSet<string>(StringComparer.Ordinal))];
        _states = new State[_operations.Length];
        for (var i = 0; i < _operations.Length; i++)
        {
            Visit(i);
        }
    }

    private enum State
    {
        Waiting,
        Begun,
        Planned,
    }

    /// <summary>The steps in the order in which to take them. Operations with a fault are among them, so that errors count in order.</summary>
    public IReadOnlyList<BulkStep> Steps => _steps;

    public static BulkPlan Of(BulkRequest request) => new(request);

    /// <summary>Gives an operation that refers to a bulkId that nothing creates its fault.</summary>
    private BulkOperation Checked(BulkOperation operation) =>
        operation.Fault is null && References(operation).FirstOrDefault(r => !_creators.ContainsKey(r)) is { } unknown
            ? operation with { Fault = ScimError.InvalidValue($"No operation creates the bulkId \"{unknown}\".") }
            : operation;

    private static IEnumerable<string> References(BulkOperation operation) =>
        BulkReference.Of(operation.Id) is { } target ? BulkReference.In(operation.Data).Prepend(target) : BulkReference.In(operation.Data);

    /// <summary>Depth first, with a stack of its own, since a request may be one long chain.</summary>
    private void Visit(int root)
    {
        if (_states[root] != State.Waiting)
        {
            return;
        }

        var waiting = new List<int>();
        var stack = new Stack<(int Index, Queue<string> References)>();
        Begin(root, stack);
        while (stack.TryPeek(out var current))
        {
            if (!current.References.TryDequeue(out var reference))
            {
                stack.Pop();
                _states[current.Index] = State.Planned;
                Plan(current.Index, waiting);
                continue;
            }

            var creator = _creators[reference];
            switch (_states[creator])
            {
                case State.Waiting:
                    Begin(creator, stack);
                    break;
                case State.Begun:
                    _deferred[current.Index].Add(reference);
                    break;
            }
        }

        foreach (var index in waiting)
        {
            _steps.Add(new CompleteOperation(_operations[index], DeferredReferences.Patch(_operations[index], _deferred[index])));
        }
    }

    private void Begin(int index, Stack<(int Index, Queue<string> References)> stack)
    {
        _states[index] = State.Begun;
        var operation = _operations[index];
        stack.Push((index, new Queue<string>(operation.Fault is null ? References(operation) : [])));
    }

    private void Plan(int index, List<int> waiting)
    {
        var operation = _operations[index];
        var data = operation.Data;
        if (_deferred[index].Count > 0)
        {
            data = DeferredReferences.Without(operation, _deferred[index]);
            waiting.Add(index);
        }

        _steps.Add(new ExecuteOperation(operation, data));
    }
}
