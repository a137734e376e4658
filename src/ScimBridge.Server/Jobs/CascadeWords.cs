using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Server.Jobs;

/// <summary>The words for steps of a cascade, in the journal and to receivers of notifications (<see cref="AccountNotice"/>). Ids and times, and nothing personal.</summary>
internal static class CascadeWords
{
    /// <summary>What the journal notes of a step: the kind, and what it says.</summary>
    public static (string Kind, JsonObject Data) Of(CascadeStep step)
    {
        var (word, data) = step switch
        {
            CascadeStep.AssignProvisional s => ("entrusted", Held(s.Role, s.PersonId)),
            CascadeStep.SetHandover s => ("successionBegan", Handed(s.Handover)),
            CascadeStep.AskSuccessor s => ("successionAsked", Add(Held(s.Role, s.Successor.PersonId), ("via", Words.Of(s.Successor.Via)), ("by", Text(s.AnswerBy)))),
            CascadeStep.Accept s => ("handedOver", s.BySilence ? Add(Held(s.Role, s.PersonId), ("bySilence", true)) : Held(s.Role, s.PersonId)),
            CascadeStep.MoveOn s => ("passedOver", Held(s.Role, s.PersonId)),
            CascadeStep.EndHandover s => ("successionEnded", Add([], ("role", Words.Of(s.Role)))),
            CascadeStep.Relieve s => ("relieved", Held(s.Role, s.PersonId)),
            CascadeStep.GiveBack s => ("givenBack", Held(s.Held.Role, s.Held.PersonId)),
            CascadeStep.SetActing s => ("entrusted", Add(Held(s.Role, s.PersonId), ("for", s.For), ("until", Text(s.Until)))),
            CascadeStep.AskReturn s => ("returnAsked", Add(Held(s.Role, s.ActingId), ("by", Text(s.By)))),
            CascadeStep.ConfirmReturn s => ("returnConfirmed", Held(s.Role, s.PersonId)),
            CascadeStep.EndActing s => ("relieved", Held(s.Role, s.PersonId)),
            CascadeStep.Attest s => ("attestationAsked", Add([], ("by", Text(s.By)))),
            CascadeStep.Attested s => ("attested", Add([], ("person", s.PersonId))),
            CascadeStep.Notify s => ("managerChanged", Add([], ("person", s.PersonId), ("reason", s.Reason))),
            CascadeStep.RotateCredential s => ("rotationDue", Add(Due(s.Duty), ("overlap", s.Overlap))),
            CascadeStep.RevokeCredential s => ("rotationDue", Add(Due(s.Duty), ("revokes", true))),
            CascadeStep.PrepareRotation s => ("rotationPrepared", Add([], ("credential", s.KeyId), ("person", s.PersonId))),
            CascadeStep.BlockCheckOut s => ("checkOutBlocked", Add([], ("credential", s.KeyId), ("person", s.PersonId))),
            CascadeStep.Unverifiable s => ("riskAsked", Add([], ("credential", s.KeyId), ("person", s.OwnerId))),
            CascadeStep.CheckUse s => ("useCheckAsked", Add([], ("reason", Words.Of(s.Reason)))),
            CascadeStep.Adopt => ("adopted", []),
            CascadeStep.Restrict s => ("restricted", Add([], ("reason", Words.Of(s.Reason)))),
            CascadeStep.Disable s => ("disabled", Add([], ("reason", Words.Of(s.Reason)))),
            CascadeStep.ScreamTest s => ("screamTest", Add([], ("from", Text(s.From)), ("until", Text(s.Until)))),
            CascadeStep.ScheduleDeletion s => ("deletionScheduled", Add([], ("at", Text(s.At)))),
            CascadeStep.Delete => ("deleted", []),
            CascadeStep.Undo => ("undone", []),
            CascadeStep.ListChildren s => ("childrenListed", new JsonObject { ["children"] = new JsonArray([.. s.Children.Select(c => JsonValue.Create(c))]) }),
            CascadeStep.Escalate s => ("escalated", Add([], ("subject", Words.Of(s.Subject)), ("credential", s.KeyId))),
            CascadeStep.PutOnOrphanQueue s => ("orphaned", Add([], ("role", Words.Of(s.Role)), ("by", Text(s.TriageBy)), ("end", Text(s.EndBy)))),
            _ => throw new System.Diagnostics.UnreachableException($"{step} is no step."),
        };
        return ("serviceAccount." + word, data);
    }

    private static JsonObject Held(AccountableRole role, string personId) => Add([], ("role", Words.Of(role)), ("person", personId));

    private static JsonObject Handed(Handover handover) => Add(Held(handover.Role, handover.From), ("keptUntil", handover.KeptUntil is { } at ? Text(at) : null));

    private static JsonObject Due(RotationDuty duty) => Add([], ("credential", duty.KeyId), ("person", duty.PersonId), ("by", Text(duty.DueAt)));

    private static JsonObject Add(JsonObject data, params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        foreach (var (name, value) in members)
        {
            if (value is not null)
                data[name] = value;
        }

        return data;
    }

    private static string Text(Instant at) => InstantPattern.ExtendedIso.Format(at);
}
