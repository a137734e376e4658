using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Evidence;

/// <summary>
/// What there is to show of the end of one person's access: what they had, what was done, when, what was seen, and what nobody could see
/// and who answers for that. A step is said to be verified only beside the proof that it rests on.
/// </summary>
internal static class LeaverProof
{
    /// <summary>The document.</summary>
    /// <param name="issuer">The address of the bridge.</param>
    /// <param name="revocation">The case.</param>
    /// <param name="steps">What had to end where.</param>
    /// <param name="proofs">What was seen.</param>
    /// <param name="secrets">What they know of service accounts.</param>
    /// <param name="now">The instant.</param>
    public static JsonObject Of(
        string issuer, Revocation revocation, IReadOnlyList<RevocationStep> steps, IReadOnlyList<StoredProof> proofs, IReadOnlyList<LeaverSecret> secrets,
        Instant now) => new()
    {
        ["kind"] = LeaverProofCheck.Kind,
        ["version"] = 1,
        ["issuer"] = issuer,
        ["issuedAt"] = Text(now),
        ["subject"] = new JsonObject { ["user"] = revocation.ResourceId, ["source"] = revocation.Source, ["workerId"] = revocation.WorkerId },
        ["revocation"] = new JsonObject
        {
            ["id"] = revocation.Id,
            ["cause"] = revocation.Cause,
            ["correlation"] = revocation.Correlation,
            ["recordHash"] = revocation.RecordHash,
            ["heardAt"] = Text(revocation.HeardAt),
            ["effectiveAt"] = Text(revocation.EffectiveAt),
            ["requestedAt"] = Text(revocation.RequestedAt),
            ["dueAt"] = Text(revocation.DueAt),
            ["state"] = revocation.State,
            ["closedAt"] = revocation.ClosedAt is { } closed ? Text(closed) : null,
        },
        ["conclusion"] = Conclusion(steps, secrets),
        ["steps"] = new JsonArray([.. steps.Select(s => (JsonNode)Describe(s))]),
        ["serviceAccounts"] = new JsonArray([.. secrets.Select(s => (JsonNode)Describe(s))]),
        ["exposure"] = new JsonArray([.. steps.Where(s => s.Kind == AccessKind.Account).Select(s => (JsonNode)Exposure(revocation, s, now))]),
        ["proofs"] = new JsonArray([.. proofs.Select(p => (JsonNode)Describe(p))]),
    };

    /// <summary>What some people know of service accounts, by person.</summary>
    public static async Task<Dictionary<string, IReadOnlyList<LeaverSecret>>> SecretsAsync(
        Session session, IReadOnlyCollection<string> personIds, CancellationToken cancel)
    {
        var ids = await ServiceAccountStore.OfPeopleAsync(session, personIds, cancel);
        var accounts = (await ServiceAccountStore.LoadAsync(session, ids, cancel)).ConvertAll(r => r.Account);
        return personIds.Distinct(StringComparer.Ordinal).ToDictionary(p => p, p => LeaverClosure.Secrets(p, accounts), StringComparer.Ordinal);
    }

    /// <summary>How a case stands, in a word: <c>verified</c>, <c>verifiedExcept</c> what somebody answers for, or <c>notVerified</c>.</summary>
    public static string Conclusion(IReadOnlyCollection<RevocationStep> steps, IReadOnlyCollection<LeaverSecret> secrets) =>
        steps.All(s => s.Progress.State == StepState.Verified) && secrets.All(s => s.Outcome == SecretOutcome.Verified) ? "verified"
        : steps.All(s => s.Progress.State is StepState.Verified or StepState.Unverifiable) && secrets.All(s => s.Outcome != SecretOutcome.Open) ? "verifiedExcept"
        : "notVerified";

    /// <summary>A credential of a service account.</summary>
    public static JsonObject Describe(LeaverSecret secret) => new()
    {
        ["account"] = secret.AccountId,
        ["credential"] = secret.KeyId,
        ["state"] = Words.Of(secret.Outcome),
        ["dueAt"] = Text(secret.DueAt),
        ["closedAt"] = Text(secret.ClosedAt),
        ["acceptedBy"] = secret.Outcome == SecretOutcome.Unverifiable ? secret.AcceptedBy ?? "duty group" : null,
    };

    /// <summary>A step.</summary>
    public static JsonObject Describe(RevocationStep step) => new()
    {
        ["target"] = step.Target,
        ["access"] = Words.Of(step.Kind),
        ["account"] = step.RemoteId,
        ["state"] = Words.Of(step.Progress.State),
        ["requestedAt"] = Text(step.RequestedAt),
        ["acknowledgedAt"] = Text(step.Progress.AcknowledgedAt),
        ["verifiedAt"] = Text(step.Progress.VerifiedAt),
        ["proof"] = step.ProofNumber,
        ["looksAgainAt"] = step.NextAt is { } next ? Text(next) : null,
        ["reason"] = step.Reason,
        ["owner"] = step.Owner,
    };

    /// <summary>A proof.</summary>
    public static JsonObject Describe(StoredProof proof) => new()
    {
        ["number"] = proof.Fact.Number,
        ["target"] = proof.Fact.Target,
        ["access"] = Words.Of(proof.Fact.Kind),
        ["at"] = Text(proof.Fact.At),
        ["method"] = proof.Fact.Method,
        ["value"] = proof.Fact.Value,
        ["verdict"] = Words.Of(proof.Fact.Verdict),
        ["actor"] = proof.Fact.Actor,
        ["previous"] = proof.Previous,
        ["hash"] = proof.Hash,
    };

    // From when access should have been over until it was proven to be.
    private static JsonObject Exposure(Revocation revocation, RevocationStep account, Instant now)
    {
        var from = Microseconds.ToInstant(revocation.EffectiveAt);
        var until = account.Progress.VerifiedAt;
        return new JsonObject
        {
            ["target"] = account.Target,
            ["from"] = Text(from),
            ["until"] = Text(until),
            ["seconds"] = Math.Round(((until ?? now) - from).TotalSeconds, 1),
        };
    }

    private static string Text(long microseconds) => Text(Microseconds.ToInstant(microseconds));

    private static string Text(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    private static string? Text(Instant? instant) => instant is { } at ? Text(at) : null;
}
