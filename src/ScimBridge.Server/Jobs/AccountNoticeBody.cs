using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// What a receiver is told of a service account: who it is about as they are now, and, where somebody is asked to take it over, the link by which
/// they answer.
/// </summary>
/// <param name="answers">Makes the links.</param>
/// <param name="root">What addresses of the bridge begin with.</param>
internal sealed class AccountNoticeBody(AnswerSeal answers, string root)
{
    /// <summary>The body.</summary>
    public async Task<JsonObject> OfAsync(Session session, Notification notification, CancellationToken cancel)
    {
        var e = notification.Event;
        var what = JsonNode.Parse(e.Changed)!.AsObject();
        var account = await Notify.FindAsync(session, e.ResourceId, cancel);
        var body = new JsonObject
        {
            ["id"] = notification.Id,
            ["type"] = e.Type,
            ["recordedAt"] = Notify.Text(e.RecordedAt),
            ["batch"] = e.BatchId,
            ["serviceAccount"] = new JsonObject
            {
                ["id"] = e.ResourceId,
                ["displayName"] = account?["displayName"]?.DeepClone(),
                ["kind"] = account?["kind"]?.DeepClone(),
                ["criticality"] = account?["criticality"]?.DeepClone(),
                ["purpose"] = account?["purpose"]?.DeepClone(),
            },
            ["what"] = what,
        };
        if ((string?)what["person"] is { } person)
        {
            body["person"] = Notify.Person(person, await Notify.FindAsync(session, person, cancel));
            if (e.Type == AccountNotice.SuccessionAsked)
                body["answer"] = await LinkAsync(e.ResourceId, person, what, cancel);
        }

        return body;
    }

    private async Task<string> LinkAsync(string account, string person, JsonObject what, CancellationToken cancel)
    {
        var until = InstantPattern.ExtendedIso.Parse((string)what["by"]!).Value;
        var link = new AnswerLink(account, Words.Read<AccountableRole>((string)what["role"]!), person, until);
        return $"{root.TrimEnd('/')}/answers/{await answers.CloseAsync(link, cancel)}";
    }
}
