using System.Text;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>Encodings by name, in their strict form: a byte sequence that stands for nothing is an error and not a question mark.</summary>
internal static class CsvEncodings
{
    public static Encoding? Find(string name)
    {
        try
        {
            var (encoder, decoder) = (EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return CodePagesEncodingProvider.Instance.GetEncoding(name, encoder, decoder) ?? Encoding.GetEncoding(name, encoder, decoder);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
