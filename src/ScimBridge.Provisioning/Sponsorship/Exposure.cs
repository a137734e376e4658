using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What becomes of the credentials that a person knows.</summary>
internal static class Exposure
{
    /// <summary>The credentials of an account that a person knows, and that knowing is still worth something.</summary>
    public static IReadOnlyList<Credential> Of(ServiceAccount account, string personId) =>
        [.. account.Credentials.Where(c => !c.IsSettled && account.Knowers(c).Contains(personId))];

    /// <summary>Does what the table has for them.</summary>
    public static void Retire(Course course, string personId, CredentialAction action, Duration? within)
    {
        foreach (var credential in Of(course.Account, personId))
        {
            switch (action)
            {
                case CredentialAction.Prepare:
                    if (credential is { IsPersonal: false, Retirement: Retirement.Rotate })
                        course.Do(new CascadeStep.PrepareRotation(credential.KeyId, personId));
                    break;
                case CredentialAction.BlockCheckOut:
                    course.Do(new CascadeStep.BlockCheckOut(credential.KeyId, personId));
                    break;
                case CredentialAction.BlockAndRotate:
                    course.Do(new CascadeStep.BlockCheckOut(credential.KeyId, personId));
                    // A person's own token rests while they are away, as their account does; only what others share is exchanged.
                    if (!credential.IsPersonal)
                        Rotate(course, credential, personId, course.Now + within!.Value, overlap: true, disables: false);
                    break;
                case CredentialAction.RotateAfterTransfer:
                    if (!credential.IsPersonal)
                        Rotate(course, credential, personId, course.Now + within!.Value, overlap: true, disables: false);
                    break;
                case CredentialAction.Rotate or CredentialAction.RotateAtOnce or CredentialAction.RotateOrDisable:
                    End(course, credential, personId, action, within!.Value);
                    break;
                case CredentialAction.RevokeWhenDisabled:
                case CredentialAction.Nothing:
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// Puts on a deadline what somebody knows who has left, and that is on none: of an account that was adopted since, or told of late.
    /// </summary>
    public static void RetireForgotten(Course course)
    {
        var within = CascadeTable.Find(CascadeEvent.TerminationEffective, course.Account.Kind, course.Account.Criticality, course.Policy).RotateWithin!.Value;
        foreach (var credential in course.Account.Credentials)
        {
            if (credential.IsSettled || course.Account.Duties.Any(d => d.KeyId == credential.KeyId && d.ClosedAt is null))
                continue;
            var gone = course.Account.Knowers(credential).FirstOrDefault(id => course.People[id].IsGone);
            // Who had accepted that nobody can see it answers for nothing any more: the question is open again.
            if (gone is not null || credential.State == CredentialState.Unverifiable)
                End(course, credential, gone, CredentialAction.Rotate, within);
        }
    }

    /// <summary>Whatever an account still has goes with it.</summary>
    public static void RevokeAll(Course course)
    {
        foreach (var credential in course.Account.Credentials.Where(c => !c.IsSettled).ToList())
            course.Do(new CascadeStep.RevokeCredential(new RotationDuty(credential.KeyId, PersonId: null, course.Now + course.Policy.RevokeDisabledWithin)));
    }

    private static void End(Course course, Credential credential, string? personId, CredentialAction action, Duration within)
    {
        if (credential.IsPersonal)
        {
            course.Do(new CascadeStep.RevokeCredential(new RotationDuty(credential.KeyId, personId, course.Now + course.Policy.RevokePersonalWithin)));
            return;
        }

        var overlap = action == CredentialAction.Rotate;
        Rotate(course, credential, personId, course.Now + within, overlap, disables: action == CredentialAction.RotateOrDisable);
    }

    private static void Rotate(Course course, Credential credential, string? personId, Instant due, bool overlap, bool disables)
    {
        // Where nothing can stand beside it, its end is the account's: who uses it is looked at before the deadline.
        var ends = disables || credential.Retirement == Retirement.End;
        course.Do(new CascadeStep.RotateCredential(
            new RotationDuty(credential.KeyId, personId, due) { DisablesWhenLate = ends }, overlap && credential.Retirement == Retirement.Rotate));
        if (ends)
            course.Do(new CascadeStep.CheckUse(StateReason.LateRotation));
    }
}
