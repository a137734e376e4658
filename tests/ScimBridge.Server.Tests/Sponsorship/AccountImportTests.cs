using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Api;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>Lists of service accounts: what is right is proposed, what is wrong is told with its line, and nobody is adopted.</summary>
public sealed class AccountImportTests
{
    private const string Header = "target,remoteId,kind,displayName,environment,criticality,purpose,owner,sponsor,credential,credentialType,expiresAt\n";

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rows_that_are_right_are_proposed_and_the_others_told_with_their_lines(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var ann = (await bridge.SendAsync("POST", "/Users", new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"), ["userName"] = "Ann@corp.example",
        })).Body!["id"]!.ToString();
        const string Rows =
            "aws,arn:1,serviceAccount,Backup,prod,2,\"copies, nightly\",ann@corp.example,,AKIA1,token,2027-01-01T00:00:00Z\n"
            + "aws,arn:2,robot,Backup,,,,,,,,\n"
            + "aws,arn:3,robotUser,\"Line\nbreak\",,9,,,,,,\n"
            + "aws,arn:4,robotUser,Clicker,,,,nobody@corp.example,,,,\n"
            + "AWS!,arn:5,robotUser,Clicker,,,,,,,,tomorrow\n"
            + "aws,,robotUser,Clicker\n"
            + "aws,arn:1,serviceAccount,Backup,,,,,,,,\n"
            + "aws,arn:7,sshKey,Deploy,,,,,,,password,\n"
            + "aws,arn:8,sharedAdminAccess,root,,1,,,,,,\n";

        var (status, answer) = await PostAsync(bridge, Header + Rows);

        Assert.Equal((HttpStatusCode.OK, 2, 1), (status, (int)answer!["proposed"]!, (int)answer["known"]!));
        Assert.Equal(
            [(3, "kind"), (4, "displayName"), (4, "criticality"), (6, "owner"), (7, "target"), (7, "expiresAt"), (8, ""), (8, "remoteId"), (10, "credential")],
            answer["faults"]!.AsArray().Select(f => ((int)f!["line"]!, (string)f["column"]!)));
        var account = await FindAsync(bridge, "arn:1");
        Assert.Equal((ServiceAccountState.Proposed, Criticality.C2, "AKIA1"), (account.State, account.Criticality, Assert.Single(account.Credentials).KeyId));
        Assert.Equal((ann, AccountableBasis.Provisional), (Assert.Single(account.Accountable).PersonId, account.Accountable[0].Basis));
        Assert.Equal(ServiceAccountState.Proposed, (await FindAsync(bridge, "arn:8")).State);

        // Sent again it is known.
        (_, answer) = await PostAsync(bridge, Header + Rows);
        Assert.Equal((0, 3), ((int)answer!["proposed"]!, (int)answer["known"]!));
    }

    [Theory]
    [InlineData("", "no header")]
    [InlineData("target,remoteId,kind\n", "have to")]
    [InlineData("target,remoteId,kind,displayName,secret\n", "no column 'secret'")]
    [InlineData("target,target,remoteId,kind,displayName\n", "once")]
    [InlineData("target,remoteId,kind,displayName\naws,\"arn,sshKey,Key\naws,arn,sshKey,Key\n", "quotes")]
    [InlineData("target,remoteId,kind,displayName\naws,\u00ff,sshKey,Key\n", "UTF-8", "latin1")]
    public async Task What_is_no_list_is_refused_whole(string text, string reason, string encoding = "utf-8")
    {
        await using var bridge = await StartAsync(DatabaseKind.Sqlite);

        var (status, answer) = await PostAsync(bridge, text, encoding: encoding);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, (string)answer!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(bridge, Header, "application/json")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(bridge, Header, secret: await bridge.TokenAsync("strict", "reader", Scopes.AdminRead))).Status);
    }

    private static Task<ApiBridge> StartAsync(DatabaseKind kind) => ApiBridge.StartAsync(kind, adjust: json => json["sponsorship"] = new JsonObject { ["dutyGroup"] = "night watch" });

    private static async Task<(HttpStatusCode Status, JsonObject? Answer)> PostAsync(
        ApiBridge bridge, string text, string type = "text/csv", string encoding = "utf-8", string? secret = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(bridge.Url), "/admin/v1/service-accounts/import"))
        {
            Content = new ByteArrayContent(Encoding.GetEncoding(encoding).GetBytes(text)) { Headers = { ContentType = new(type) } },
        };
        request.Headers.Authorization = new("Bearer", secret ?? await bridge.TokenAsync("strict", "operator", Scopes.AdminOperate));
        using var response = await http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()) as JsonObject);
    }

    private static async Task<ServiceAccount> FindAsync(ApiBridge bridge, string remoteId)
    {
        var id = await bridge.Database.ReadAsync(s => ServiceAccountStore.FindByRemoteAsync(s, "aws", remoteId, None), None);
        return (await bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [id!], None), None)).Single().Account;
    }
}
