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

    public void Forget(string userId) => tokens.RemoveAll(token => token.UserId == userId);

    public void Clear() => tokens.Clear();
}
