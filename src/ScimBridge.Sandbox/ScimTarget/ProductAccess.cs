using System.Security.Cryptography;
using ScimBridge.Sandbox.ScimTarget.Resources;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A session, or a personal token, of an account of the product behind a target.</summary>
internal sealed record ProductToken(string Id, string Text, string UserId, bool IsPersonal);

/// <summary>
/// Who is signed in to the product behind a target, and who has tokens there: SCIM knows nothing of either. Everything here is done under
/// the gate of the store.
/// </summary>
internal sealed class ProductAccess
{
    private readonly List<ProductToken> tokens = [];
    private readonly Dictionary<string, string> passwords = new(StringComparer.Ordinal);

    /// <summary>Sets a password; another one that there was is good no longer.</summary>
    public void SetPassword(string userId, string? password)
    {
        if (password is not null)
            passwords[userId] = password;
    }

    public bool HasPassword(string userId, string password) => passwords.TryGetValue(userId, out var there) && there == password;

    public ProductToken Add(Entry user, bool isPersonal)
    {
        var text = (isPersonal ? "pat_" : "ses_") + Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
        var token = new ProductToken(Guid.NewGuid().ToString(), text, user.Id, isPersonal);
        tokens.Add(token);
        return token;
    }

    public List<ProductToken> Of(string userId) => tokens.FindAll(token => token.UserId == userId);

    public ProductToken? Find(string text) => tokens.Find(token => token.Text == text);

    /// <summary>What a disabled account had has ended, and being enabled brings nothing back; but for a product that forgets personal tokens.</summary>
    public void Follow(Entry user, bool keepsPersonal)
    {
        if (!user.Current.Body.Active)
            tokens.RemoveAll(token => token.UserId == user.Id && !(token.IsPersonal && keepsPersonal));
    }

    public void Forget(string userId)
    {
        tokens.RemoveAll(token => token.UserId == userId);
        passwords.Remove(userId);
    }

    public void Clear()
    {
        tokens.Clear();
        passwords.Clear();
    }
}
