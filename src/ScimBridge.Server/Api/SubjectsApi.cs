using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// A receiver says of whom it does not want to hear, and of whom it does again (SSF 1.0, 8.1.3). A stream is about everybody to begin with. Whether there is
/// such a subject is not told: that would let a receiver find out who works here.
/// </summary>
internal static class SubjectsApi
{
    private const int Candidates = 10;

    public static async Task AddAsync(HttpContext http, BridgeConfiguration configuration, Database database, CancellationToken cancel)
    {
        await ChangeAsync(http, configuration, database, SignalStreamStore.IncludeAsync, cancel);
        http.Response.StatusCode = StatusCodes.Status200OK;
    }

    public static async Task RemoveAsync(HttpContext http, BridgeConfiguration configuration, Database database, CancellationToken cancel)
    {
        await ChangeAsync(http, configuration, database, SignalStreamStore.ExcludeAsync, cancel);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task ChangeAsync(
        HttpContext http,
        BridgeConfiguration configuration,
        Database database,
        Func<Session, string, string, CancellationToken, Task> change,
        CancellationToken cancel)
    {
        var body = await SignalsApi.BodyAsync(http, cancel);
        var subject = body["subject"] is JsonObject json && SubjectIdentifier.Read(json) is { } read
            ? read
            : throw ScimError.InvalidValue("subject must be an identifier by iss_sub, email, opaque or scim.").AsException();
        var id = SignalsApi.Text(body, "stream_id", 100);
        await database.WriteAsync(
            async s =>
            {
                var stream = await SignalsApi.FindAsync(http, s, id, cancel);
                if (await FindAsync(s, subject, stream.Rule.Issuer ?? SignalsOptions.IssuerOf(configuration.Options)!, cancel) is { } resource)
                    await change(s, stream.Id, resource, cancel);
            },
            cancel);
    }

    private static async Task<string?> FindAsync(Session session, SubjectIdentifier subject, string issuer, CancellationToken cancel) => subject.Format switch
    {
        SubjectFormat.IssuerSubject => subject.Issuer == issuer ? subject.Value : null,
        SubjectFormat.Scim => subject.Value[(subject.Value.LastIndexOf('/') + 1)..],
        SubjectFormat.Email => await FindByAddressAsync(session, subject.Value, cancel),
        _ => subject.Value,
    };

    // By the address by which it would be told of them, and no other that they have.
    private static async Task<string?> FindByAddressAsync(Session session, string address, CancellationToken cancel)
    {
        foreach (var path in (string[])["emails.value", "userName"])
        {
            foreach (var row in await ResourceStore.WithValueAsync(session, "User", path, Canonical.Fold(address), Candidates, cancel))
            {
                if (string.Equals(SignalSubject.AddressOf(JsonNode.Parse(row.Body)!.AsObject()), address, StringComparison.OrdinalIgnoreCase))
                    return row.Id;
            }
        }

        return null;
    }
}
