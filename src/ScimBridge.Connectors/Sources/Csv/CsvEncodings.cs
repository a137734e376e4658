using System.Text;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>Encodings by name, in their strict form: a byte sequence that stands for nothing is an error and not a question mark.</summary>
internal static class CsvEncodings
{
    public static Encoding? Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
