using System.Globalization;
using System.Text.Json;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

/// <summary>Steps as the vectors spell them: <c>ask sponsor m manager +4h</c>. Times count from the decision.</summary>
internal static class StepText
{
    public static string Of(CascadeStep step, Instant now) => step switch
    {
        CascadeStep.AssignProvisional s => $"provisional {Word(s.Role)} {s.PersonId}",
        CascadeStep.SetHandover s => $"handover {Word(s.Handover.Role)} from {s.Handover.From}",
        CascadeStep.AskSuccessor s => $"ask {Word(s.Role)} {s.Successor.PersonId} {Word(s.Successor.Via)} {Time(s.AnswerBy, now)}",
        CascadeStep.Accept s => $"accept {Word(s.Role)} {s.PersonId}{(s.BySilence ? " by silence" : "")}",
        CascadeStep.MoveOn s => $"moveOn {Word(s.Role)} {s.PersonId}",
        CascadeStep.EndHandover s => $"endHandover {Word(s.Role)}",
        CascadeStep.Relieve s => $"relieve {Word(s.Role)} {s.PersonId}",
        CascadeStep.GiveBack s => $"giveBack {Word(s.Held.Role)} {s.Held.PersonId}",
        CascadeStep.SetActing s => $"acting {Word(s.Role)} {s.PersonId} for {s.For} {Time(s.Until, now)}",
        CascadeStep.AskReturn s => $"askReturn {Word(s.Role)} {s.ActingId} {Time(s.By, now)}",
        CascadeStep.ConfirmReturn s => $"confirmReturn {Word(s.Role)} {s.PersonId}",
        CascadeStep.EndActing s => $"endActing {Word(s.Role)} {s.PersonId}",
        CascadeStep.Attest s => $"attest {Time(s.By, now)}",
        CascadeStep.Attested s => $"attested {s.PersonId}",
        CascadeStep.Notify s => $"notify {s.PersonId}",
        CascadeStep.RotateCredential s => $"rotate {s.Duty.KeyId} {Time(s.Duty.DueAt, now)}{(s.Overlap ? " overlap" : "")}{(s.Duty.DisablesWhenLate ? " or disable" : "")}",
        CascadeStep.RevokeCredential s => $"revoke {s.Duty.KeyId} {Time(s.Duty.DueAt, now)}",
        CascadeStep.PrepareRotation s => $"prepare {s.KeyId}",
        CascadeStep.BlockCheckOut s => $"blockCheckOut {s.KeyId} {s.PersonId}",
        CascadeStep.Unverifiable s => $"unverifiable {s.KeyId} {s.OwnerId ?? "duty group"}",
        CascadeStep.CheckUse s => $"checkUse {Word(s.Reason)}",
        CascadeStep.Adopt => "adopt",
        CascadeStep.Restrict s => $"restrict {Word(s.Reason)}",
        CascadeStep.Disable s => $"disable {Word(s.Reason)}",
        CascadeStep.ScreamTest s => $"screamTest {Time(s.From, now)} {Time(s.Until, now)}",
        CascadeStep.ScheduleDeletion s => $"scheduleDeletion {Time(s.At, now)}",
        CascadeStep.Delete => "delete",
        CascadeStep.Undo => "undo",
        CascadeStep.ListChildren s => $"listChildren {string.Join(' ', s.Children)}",
        CascadeStep.Escalate s => $"escalate {Word(s.Subject)}{(s.KeyId is { } key ? " " + key : "")}",
        CascadeStep.PutOnOrphanQueue s => $"orphan {Word(s.Role)} {Time(s.TriageBy, now)} {Time(s.EndBy, now)}",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, null),
    };

    private static string Time(Instant at, Instant now)
    {
        var time = at - now;
        var (number, unit) = time.TotalMinutes switch
        {
            var m when m % 1440 == 0 => (m / 1440, "d"),
            var m when m % 60 == 0 => (m / 60, "h"),
            var m => (m, "min"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"+{number}{unit}");
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
