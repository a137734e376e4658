using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Kiota.Abstractions;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Gathers users into uploads of fifty, and makes one upload after the other: the service takes 6,000 calls a day and forty in five seconds,
/// whatever is in them. <see href="https://learn.microsoft.com/en-us/graph/api/synchronization-synchronizationjob-post-bulkupload"/>
/// </summary>
internal sealed class EntraBulkUploads : IAsyncDisposable
{
    /// <summary>The most users in an upload.</summary>
    public const int MostInUpload = 50;

    private const string Call = "POST servicePrincipals/{id}/synchronization/jobs/{id}/bulkUpload";

    private const string Schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

    /// <summary>How long others are waited for.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly EntraClient _client;
    private readonly Uri _address;
    private readonly Task _work;

    public EntraBulkUploads(EntraClient client, EntraBulkTargetOptions options)
    {
        _client = client;
        _address = new Uri($"{client.AddressOf("servicePrincipals", options.ServicePrincipalId!)}/synchronization/jobs/{options.JobId}/bulkUpload");
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Uploads a user with others; done is what the service has accepted, which it works off later.</summary>
    public async Task<Outcome> AddAsync(JsonObject user, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var waiting = new Waiting(user);
        return _waiting.Writer.TryWrite(waiting)
            ? await waiting.Outcome.Task.WaitAsync(cancel)
            : new Outcome.Retry(null, "The target is being closed.", Untouched: true);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _closing.CancelAsync();
        await _work;
        _closing.Dispose();
    }

    private async Task WorkAsync()
    {
        var upload = new List<Waiting>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_closing.Token))
            {
                // The first one is seldom alone.
                await Task.Delay(Gathering, _closing.Token);
                while (upload.Count < MostInUpload && _waiting.Reader.TryRead(out var next))
                    upload.Add(next);
                await UploadAsync(upload);
                upload.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            while (_waiting.Reader.TryRead(out var left))
                upload.Add(left);
            foreach (var left in upload)
                left.Outcome.TrySetResult(new Outcome.Retry(null, "The target was closed."));
        }
    }

    private async Task UploadAsync(IReadOnlyList<Waiting> upload)
    {
        try
        {
            await SettleAsync(upload);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug; nobody is left waiting for its outcome.
            foreach (var one in upload)
                one.Outcome.TrySetException(e);
        }
    }

    private async Task SettleAsync(IReadOnlyList<Waiting> upload)
    {
        var outcome = await SendAsync(upload);
        if (outcome is Outcome.Rejected && upload.Count > 1)
        {
            // One of them is not what the service takes: each for itself tells which.
            foreach (var one in upload)
                one.Outcome.TrySetResult(await SendAsync([one]));
            return;
        }

        foreach (var one in upload)
            one.Outcome.TrySetResult(outcome);
    }

    private async Task<Outcome> SendAsync(IReadOnlyList<Waiting> upload)
    {
        var operations = new JsonArray([.. upload.Select(one => (JsonNode)new JsonObject
        {
            ["method"] = "POST",
            ["bulkId"] = Guid.NewGuid().ToString(),
            ["path"] = "/Users",
            ["data"] = one.User.DeepClone(),
        })]);
        var body = new JsonObject { ["schemas"] = new JsonArray(Schema), ["Operations"] = operations, ["failOnErrors"] = null };
        var info = new RequestInformation { HttpMethod = Method.POST, URI = _address };
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(body));
        info.SetStreamContent(content, "application/scim+json");
        var reply = await _client.SendAsync(Call, info, _closing.Token, isUrgent: upload.Any(one => one.User["active"]?.GetValue<bool>() == false));
        return reply.Failure switch
        {
            null => new Outcome.Done(),
            Outcome.Gone => new Outcome.Stop($"{Call}: 404. There is no such provisioning job: check servicePrincipalId and jobId."),
            Outcome.Rejected when reply.Status == 403 => new Outcome.Stop($"{Call}: 403. Consent to SynchronizationData-User.Upload for the app."),
            var failure => failure,
        };
    }

    private sealed record Waiting(JsonObject User)
    {
        public TaskCompletionSource<Outcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
