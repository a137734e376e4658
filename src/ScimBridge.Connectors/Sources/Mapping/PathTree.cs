using System.Text;
using System.Text.Json;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// The paths of all columns as one tree, so that a JSON object is gone through once and what no column names is skipped unread. A member
/// that has the whole path of a column for its name counts as well: what was pulled is kept like that, with nothing else beside it.
/// </summary>
internal sealed class PathTree
{
    private readonly Node _root = new();

    /// <summary>Makes the tree; a column whose name is no path can only be named in full.</summary>
    public PathTree(IReadOnlyList<DeclaredColumn> columns)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            _root.Member(columns[i].Name).Columns.Add(i);
            if (RecordPath.Parse(columns[i].Name) is not { } path)
                continue;
            var node = path.Steps.Aggregate(_root, (at, step) => at.Step(step));
            if (!node.Columns.Contains(i))
                node.Columns.Add(i);
        }
    }

    /// <summary>Takes the values of the columns from one JSON object; false where the bytes are none.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, ColumnValues values)
    {
        values.Clear();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            Members(ref reader, _root, values);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Members(ref Utf8JsonReader reader, Node node, ColumnValues values)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var next = node.Find(ref reader);
            reader.Read();
            if (next is null)
                reader.Skip();
            else
                Value(ref reader, next, values);
        }
    }

    private static void Value(ref Utf8JsonReader reader, Node node, ColumnValues values)
    {
        foreach (var column in node.Columns)
            Take(ref reader, column, values);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when node.HasMembers:
                Members(ref reader, node, values);
                break;
            case JsonTokenType.StartArray when node.HasElements:
                Elements(ref reader, node, values);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static void Elements(ref Utf8JsonReader reader, Node node, ColumnValues values)
    {
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            var next = node.Element(i, reader);
            if (next is null)
                reader.Skip();
            else
                Value(ref reader, next, values);
        }
    }

    private static void Take(ref Utf8JsonReader reader, int column, ColumnValues values)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                values.Mark(column, ColumnState.Structure);
                break;
            case JsonTokenType.Null:
                values.Set(column, default);
                break;
            case JsonTokenType.String when reader.ValueIsEscaped:
                try
                {
                    values.Keep(column, reader.CopyString(values.Reserve(reader.ValueSpan.Length)));
                }
                catch (InvalidOperationException)
                {
                    // Half of a surrogate pair, which JSON can write and UTF-8 cannot.
                    values.Mark(column, ColumnState.Broken);
                }

                break;
            default:
                values.Set(column, reader.ValueSpan);
                break;
        }
    }

    /// <summary>One place in the tree: the columns that stand here, and the ways on.</summary>
    private sealed class Node
    {
        private readonly List<(byte[] Name, Node Node)> _members = [];
        private readonly List<(RecordPath.Step Step, Node Node)> _elements = [];

        public List<int> Columns { get; } = [];

        public bool HasMembers => _members.Count > 0;

        public bool HasElements => _elements.Count > 0;

        public Node Step(RecordPath.Step step)
        {
            if (step.Name is not null)
                return Member(step.Name);
            var index = _elements.FindIndex(element => element.Step == step);
            if (index >= 0)
                return _elements[index].Node;
            var node = new Node();
            _elements.Add((step, node));
            return node;
        }

        public Node Member(string name)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            var index = _members.FindIndex(member => member.Name.AsSpan().SequenceEqual(bytes));
            if (index >= 0)
                return _members[index].Node;
            var node = new Node();
            _members.Add((bytes, node));
            return node;
        }

        public Node? Find(ref Utf8JsonReader reader)
        {
            foreach (var (name, node) in _members)
            {
                if (reader.ValueTextEquals(name))
                    return node;
            }

            return null;
        }

        /// <summary>The way on for an element; the reader is a copy, which may look ahead.</summary>
        public Node? Element(int index, Utf8JsonReader element)
        {
            foreach (var (step, node) in _elements)
            {
                if (step.Index == index || (step.Key is not null && Says(element, step)))
                    return node;
            }

            return null;
        }

        private static bool Says(Utf8JsonReader element, RecordPath.Step step)
        {
            if (element.TokenType != JsonTokenType.StartObject)
                return false;
            while (element.Read() && element.TokenType != JsonTokenType.EndObject)
            {
                var isKey = element.ValueTextEquals(step.Key);
                element.Read();
                if (isKey)
                {
                    return element.TokenType == JsonTokenType.String
                        ? element.ValueTextEquals(step.Value)
                        : element.ValueSpan.SequenceEqual(Encoding.UTF8.GetBytes(step.Value!));
                }

                element.Skip();
            }

            return false;
        }
    }
}
