using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Ends a worker's access at once, whatever HR says: one asks, another approves.</summary>
internal static class OrdersApi
{
    private const int LongestReason = 500;

    public static void Map(WebApplication app)
    {
        app.MapPost("/admin/v1/workers/{id}/revoke-now", RequestAsync).RequireAuthorization(Scopes.AdminOperate);
        app.MapGet("/admin/v1/orders", ListAsync).RequireAuthorization(Scopes.AdminRead);
        app.MapGet("/admin/v1/orders/{id}", GetAsync).RequireAuthorization(Scopes.AdminRead);
        app.MapPost("/admin/v1/orders/{id}/approve", ApproveAsync).RequireAuthorization(Scopes.AdminApprove);
        app.MapPost("/admin/v1/orders/{id}/lift", LiftAsync).RequireAuthorization(Scopes.AdminApprove);
    }

    // { "reason": "…", "forCause": true }
    private static async Task RequestAsync(HttpContext http, string id, Database database, Orders orders, IClock clock, CancellationToken cancel)
    {
        var body = JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel));
        if (body["reason"] is not JsonValue value || !value.TryGetValue<string>(out var reason) || reason.Trim().Length is 0 or > LongestReason)
            throw HrisRequest.Invalid($"reason says why, in at most {LongestReason} characters.");
        var forCause = body["forCause"] switch
        {
            null => false,
            JsonValue v when v.TryGetValue<bool>(out var cause) => cause,
            _ => throw HrisRequest.Invalid("forCause is true or false."),
        };
        var worker = ResourceIds.IsOne(id) ? await database.ReadAsync(s => WorkerTimelineStore.FindAsync(s, id, cancel), cancel) : null;
        if (worker is null)
            throw ScimError.NotFound("There is no such worker.").AsException();
        var (order, refusal) = await orders.RequestAsync(id, reason.Trim(), forCause, Caller.Of(http).Actor, cancel);
        Refuse(refusal);
        http.Response.Headers.Location = $"/admin/v1/orders/{order.Id}";
        await BatchesApi.WriteAsync(http, StatusCodes.Status202Accepted, Describe(order, clock));
    }

    private static async Task ListAsync(HttpContext http, Database database, IClock clock, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var orders = await database.ReadAsync(s => OrderStore.ListAsync(s, HrisRequest.Query(http.Request, "before"), count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["orders"] = new JsonArray([.. orders.Select(o => (JsonNode)Describe(o, clock))]),
            ["next"] = orders.Count == count ? orders[^1].Id : null,
        });
    }

    private static async Task GetAsync(HttpContext http, string id, Orders orders, IClock clock, CancellationToken cancel) =>
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, Describe(await FindAsync(orders, id, cancel), clock));

    private static async Task ApproveAsync(HttpContext http, string id, Orders orders, IClock clock, CancellationToken cancel)
    {
        Refuse(await orders.ApproveAsync(await FindAsync(orders, id, cancel), Caller.Of(http).Actor, cancel));
        await GetAsync(http, id, orders, clock, cancel);
    }

    private static async Task LiftAsync(HttpContext http, string id, Orders orders, IClock clock, CancellationToken cancel)
    {
        if (!await orders.LiftAsync(await FindAsync(orders, id, cancel), Caller.Of(http).Actor, cancel))
            throw ScimError.Conflict("The order is lifted already.").AsException();
        await GetAsync(http, id, orders, clock, cancel);
    }

    private static void Refuse(OrderRefusal refusal)
    {
        switch (refusal)
        {
            case OrderRefusal.SamePerson:
                throw ScimError.Forbidden("Who asked for an order cannot approve it.").AsException();
            case OrderRefusal.TooMany:
                throw ScimError.Conflict("As many people were ordered out within the hour as revocation.ordersPerHour allows.").AsException();
            case OrderRefusal.NotWaiting:
                throw ScimError.Conflict("The order waits for nobody: it is in force, lifted, or its time is over.").AsException();
            case OrderRefusal.AlreadyInForce:
                throw ScimError.Conflict("An order about this worker is in force.").AsException();
        }
    }

    private static async Task<RevocationOrder> FindAsync(Orders orders, string id, CancellationToken cancel) =>
        await orders.FindAsync(id, cancel) ?? throw ScimError.NotFound("There is no such order.").AsException();

    private static JsonObject Describe(RevocationOrder order, IClock clock) => new()
    {
        ["id"] = order.Id,
        ["user"] = order.ResourceId,
        ["state"] = order.StateAt(clock.GetCurrentInstant().ToMicroseconds()),
        ["reason"] = order.Reason,
        ["forCause"] = order.ForCause,
        ["requestedBy"] = order.RequestedBy,
        ["requestedAt"] = Text(order.RequestedAt),
        ["expiresAt"] = Text(order.ExpiresAt),
        ["approvedBy"] = order.ApprovedBy,
        ["approvedAt"] = order.ApprovedAt is { } approved ? Text(approved) : null,
        ["liftedBy"] = order.LiftedBy,
        ["liftedAt"] = order.LiftedAt is { } lifted ? Text(lifted) : null,
    };

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
