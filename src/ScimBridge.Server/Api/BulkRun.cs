using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Patching;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>
/// Takes the steps of one bulk request (RFC 7644, 3.7). Each operation is done or not done by itself; creations that follow each other
/// are tried in one transaction first, because none of them fails as a rule.
/// </summary>
internal sealed class BulkRun(ScimWriter writer, Caller caller, string baseUrl, CancellationToken cancel)
{
    private const int CreatedAtOnce = 250;
    private readonly SortedDictionary<int, BulkResult> _results = [];
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    /// <summary>The outcomes, as far as the operations were processed.</summary>
    public async Task<IEnumerable<BulkResult>> RunAsync(BulkRequest request)
    {
        var steps = BulkPlan.Of(request).Steps;
        var next = 0;
        while (next < steps.Count)
        {
            var batch = steps.Skip(next).Take(CreatedAtOnce).TakeWhile(IsCreation).Cast<ExecuteOperation>().ToList();
            var atOnce = batch.Count > 1 && await CreateAsync(batch);
            foreach (var step in steps.Skip(next).Take(Math.Max(batch.Count, 1)).Where(_ => !atOnce))
            {
                if (_results.Values.Count(r => r.Error is not null) >= request.FailOnErrors)
                    return _results.Values;
                await TakeAsync(step);
            }

            next += Math.Max(batch.Count, 1);
        }

        return _results.Values;
    }

    private static bool IsCreation(BulkStep step) => step is ExecuteOperation { Operation: { Method: BulkMethod.Post, Fault: null } };

    // All of them, or none and false.
    private async Task<bool> CreateAsync(List<ExecuteOperation> batch)
    {
        var ids = batch.ToDictionary(s => s.Operation.BulkId!, _ => writer.NewId(), StringComparer.Ordinal);
        IReadOnlyList<Written> created;
        try
        {
            var resources = batch.ConvertAll(s => Read(s, ids[s.Operation.BulkId!], id => ids.GetValueOrDefault(id) ?? IdOf(id)));
            created = await writer.RunAsync(
                caller, (changer, _) => changer.CreateAllAsync(resources), (_, written) => Task.FromResult(written), cancel);
        }
        catch (ScimException)
        {
            return false;
        }

        foreach (var (step, written) in batch.Zip(created))
            Note(step.Operation, written);
        return true;
    }

    private async Task TakeAsync(BulkStep step)
    {
        var operation = step.Operation;
        try
        {
            if (operation.Fault is { } fault)
                throw fault.AsException();
            var written = step switch
            {
                CompleteOperation complete => await CompleteAsync(complete),
                _ => await ExecuteAsync((ExecuteOperation)step),
            };
            if (written is not null)
                Note(operation, written);
        }
        catch (ScimException e)
        {
            _results[operation.Index] = BulkResult.Failed(operation, e.Error, Location(operation));
        }
    }

    private async Task<Written?> ExecuteAsync(ExecuteOperation step)
    {
        var operation = step.Operation;
        if (operation.Method == BulkMethod.Post)
        {
            var created = Read(step, writer.NewId(), IdOf);
            return await RunAsync(changer => changer.CreateAsync(created));
        }

        var type = operation.Type!;
        var id = BulkReference.Resolve(operation.Id!, IdOf);
        var data = step.Data is { } given ? BulkReference.Resolve(given, IdOf) : null;
        var version = new Precondition(operation.Version);
        switch (operation.Method)
        {
            case BulkMethod.Put:
                return await RunAsync(async changer => await changer.ReplaceAsync(type, await changer.HoldAsync(type, id, version), data!));
            case BulkMethod.Patch:
                return await PatchAsync(type, id, version, data!);
            default:
                var refusal = await RunAsync(async changer => await changer.DeleteAsync(type, await changer.HoldAsync(type, id, version)));
                if (refusal is not null)
                    throw refusal.AsException();
                _results[operation.Index] = new BulkResult(operation, StatusCodes.Status204NoContent) { Location = Location(operation) };
                return null;
        }
    }

    private async Task<Written?> CompleteAsync(CompleteOperation step)
    {
        // What was not created cannot be completed, and has its outcome already.
        if (IdOf(step.Operation.BulkId!) is not { } id)
            return null;
        return await PatchAsync(step.Operation.Type!, id, default, BulkReference.Resolve(step.Patch, IdOf));
    }

    private Task<Written> PatchAsync(ResourceType type, string id, Precondition version, JsonObject data)
    {
        var patch = PatchReader.Read(data, type, caller.Profile);
        return RunAsync(async changer => await changer.PatchAsync(type, await changer.HoldAsync(type, id, version), patch));
    }

    private Task<T> RunAsync<T>(Func<ResourceChanger, Task<T>> change) =>
        writer.RunAsync(caller, (changer, _) => change(changer), (_, written) => Task.FromResult(written), cancel);

    private NewResource Read(ExecuteOperation step, string id, Func<string, string?> idOf)
    {
        var type = step.Operation.Type!;
        return new NewResource(type, id, ResourceReader.Create(BulkReference.Resolve(step.Data!, idOf), type, caller.Profile));
    }

    private void Note(BulkOperation operation, Written written)
    {
        if (operation is { Method: BulkMethod.Post, BulkId: { } bulkId })
            _ids[bulkId] = written.Row.Id;
        _results[operation.Index] = new BulkResult(
            operation, operation.Method == BulkMethod.Post ? StatusCodes.Status201Created : StatusCodes.Status200OK)
        {
            Location = ResourceLocation.Of(baseUrl, written.Type, written.Row.Id),
            Version = EntityTag.Of(written.Row.Version),
        };
    }

    private string? IdOf(string bulkId) => _ids.GetValueOrDefault(bulkId);

    private string? Location(BulkOperation operation) =>
        operation is { Type: { } type, Id: { } id } ? ResourceLocation.Of(baseUrl, type, _ids.GetValueOrDefault(BulkReference.Of(id) ?? "") ?? id) : null;
}
