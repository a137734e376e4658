using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>The one place where what goes wrong becomes an HTTP answer: a SCIM error, whatever it is.</summary>
internal sealed class ErrorMapper(RequestDelegate next, ILogger<ErrorMapper> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: StatusCodes.Status405MethodNotAllowed, ContentType: null })
                await ScimAnswer.WriteAsync(http, ScimError.MethodNotAllowed($"{http.Request.Method} is not possible here."));
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

    public static Task NotFoundAsync(HttpContext http) =>
        ScimAnswer.WriteAsync(http, ScimError.NotFound("There is nothing at this address."));
}
