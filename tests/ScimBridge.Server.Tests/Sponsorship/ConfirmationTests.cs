using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Webhooks;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>A consumer's word that it uses a new secret counts where it is signed, of today, and about the credential that was handed over.</summary>
public sealed class ConfirmationTests
{
    private const string Id = "01966e3c-0000-7000-8000-000000000001";

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Signed_word_counts_and_no_other(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json =>
        {
            json["server"]!["publicUrl"] = "https://bridge.corp.example";
            json["sponsorship"] = new JsonObject();
            json["rotation"] = new JsonObject
            {
                ["vault"] = new JsonObject { ["folder"] = "vault" },
                ["handover"] = new JsonObject { ["url"] = "https://consumer.corp.example/", ["keys"] = new JsonArray(new JsonObject { ["value"] = "k1" }, new JsonObject { ["value"] = "k2" }) },
            };
        });
        var ended = SystemClock.Instance.GetCurrentInstant();
        await bridge.Database.WriteAsync(
            s => RotationStore.SaveAsync(
                s,
                new Rotation(Id, "entra", "account", "old", CredentialType.ClientSecret, RotationWay.Exchange, ended)
                {
                    Stage = RotationStage.HandedOver, NewKeyId = "new", HandedOverAt = ended, EndedAt = ended, Result = CredentialState.Unverifiable,
                },
                None),
            None);
        using var http = new HttpClient();
        const string Body = """{"keyId":"new"}""";

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Body, "k3"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Body, "k1", secondsAgo: 400));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Body, "k1", signed: """{"keyId":"old"}"""));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(Body, key: null));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("{}", "k1"));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("""{"keyId":7}""", "k1"));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("no JSON", "k1"));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync("""{"keyId":"old"}""", "k1"));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(Body, "k1", id: "nothing"));
        Assert.Null((await ReadAsync()).ConfirmedAt);

        for (var time = 0; time < 2; time++)
            Assert.Equal(HttpStatusCode.NoContent, await SendAsync(Body, "k2"));
        Assert.NotNull((await ReadAsync()).ConfirmedAt);

        async Task<HttpStatusCode> SendAsync(string body, string? key, int secondsAgo = 0, string? signed = null, string id = Id)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(bridge.Url), $"/rotations/v1/{id}/confirmation")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            var timestamp = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() - secondsAgo).ToString(CultureInfo.InvariantCulture);
            if (key is not null)
            {
                request.Headers.Add("X-Timestamp", timestamp);
                request.Headers.Add("X-Signature", "v1=" + Convert.ToHexStringLower(WebhookSignature.Of(key, timestamp, Encoding.UTF8.GetBytes(signed ?? body))));
            }

            using var response = await http.SendAsync(request);
            return response.StatusCode;
        }

        async Task<Rotation> ReadAsync() => (await bridge.Database.ReadAsync(s => RotationStore.FindAsync(s, Id, None), None))!;
    }
}
