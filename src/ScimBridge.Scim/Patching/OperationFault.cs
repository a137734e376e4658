using System.Globalization;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Scim.Patching;

/// <summary>Says in an error which operation it is about.</summary>
internal static class OperationFault
{
    public static void Locate(int index, Action step) => Locate(index, () =>
    {
        step();
        return true;
    });

    public static T Locate<T>(int index, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (ScimException e)
        {
            throw (e.Error with { Detail = string.Create(CultureInfo.InvariantCulture, $"Operations[{index}]: {e.Error.Detail}") }).AsException();
        }
    }
}
