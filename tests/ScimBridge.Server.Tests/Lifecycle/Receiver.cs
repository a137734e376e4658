using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ScimBridge.Server.Tests.Lifecycle;

/// <summary>Somebody who is told: takes webhooks over a real socket, and answers as it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    /// <summary>What came in, in order.</summary>
    public ConcurrentQueue<Hook> Heard { get; } = [];

    /// <summary>What is answered.</summary>
    public Func<Hook, int> Answer { get; set; } = _ => 204;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/hook";

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.MapPost("/hook", receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers = http.Request.Headers;
        var hook = new Hook(
            headers["X-Event-Id"].ToString(), headers["X-Timestamp"].ToString(), headers["X-Signature"].ToString(), await reader.ReadToEndAsync());
        Heard.Enqueue(hook);
        http.Response.StatusCode = Answer(hook);
    }
}

/// <summary>One webhook as it came in.</summary>
internal sealed record Hook(string Id, string Timestamp, string Signature, string Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string Type => (string)Json["type"]!;
}
