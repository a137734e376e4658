using System.Text.RegularExpressions;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>The one place where what goes wrong becomes an HTTP answer: a SCIM error, whatever it is.</summary>
internal sealed partial class ErrorMapper(RequestDelegate next, ILogger<ErrorMapper> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, ContentType: null })
                await CompleteAsync(http);
        }
        catch (ScimException e) when (!http.Response.HasStarted)
        {
            await ScimAnswer.WriteAsync(http, e.Error);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await ScimAnswer.WriteAsync(http, new ScimError(e.StatusCode, ScimType: null, "The request cannot be read."));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            log.RequestFailed(e, http.Request.Method, http.Request.Path, http.TraceIdentifier);
            await ScimAnswer.WriteAsync(http, ScimError.InternalError($"The request failed; reference {http.TraceIdentifier}."));
        }
    }

    // What the routes themselves decide has a status and nothing else yet.
    private static Task CompleteAsync(HttpContext http)
    {
        switch (http.Response.StatusCode)
        {
            case StatusCodes.Status405MethodNotAllowed when HttpMethods.IsOptions(http.Request.Method):
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case StatusCodes.Status405MethodNotAllowed:
                return ScimAnswer.WriteAsync(http, ScimError.MethodNotAllowed($"{http.Request.Method} is not possible here."));
            // RFC 7644, 3.13.
            case StatusCodes.Status404NotFound when OtherVersion().IsMatch(http.Request.Path.Value ?? ""):
                return ScimAnswer.WriteAsync(http, ScimError.InvalidVers("This service speaks version 2 of SCIM: /scim/v2."));
            case StatusCodes.Status404NotFound:
                return ScimAnswer.WriteAsync(http, ScimError.NotFound("There is nothing at this address."));
            default:
                return Task.CompletedTask;
        }
    }

    [GeneratedRegex("^/scim/(?!v2(/|$))v[0-9]", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherVersion();
}
