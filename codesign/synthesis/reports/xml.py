"""XML of tools, read without the features that make XML dangerous.

No document type, no entities, no external anything; the depth is limited. Every element knows its
line.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from codesign.synthesis.reports.source import INCOMPLETE, Source

_DEPTH = 64


@dataclass(slots=True, kw_only=True)
class Node:
    """One element while and after it is read.

    Attributes:
        source: The file.
        tag: Its name.
        line: Where it begins.
        attributes: In its opening tag.
        text: What it holds, elements aside.
        children: What it holds, in order.
    """

    source: Source
    tag: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def maybe(self, path: str) -> "Node | None":
        """Return the only element at a path such as ``A/B``, None where there is none.

        Raises:
            ReportError: If there is more than one.
        """
        node: Node | None = self
        for tag in path.split("/"):
            found = [child for child in node.children if child.tag == tag] if node else []
            if len(found) > 1:
                msg = f"<{tag}> stands twice in <{node.tag if node else ''}>; {INCOMPLETE}"
                raise self.source.error(found[1].line, msg)
            node = found[0] if found else None
        return node

    def get(self, path: str) -> "Node":
        """Return the only element at a path.

        Raises:
            ReportError: If there is none, or more than one.
        """
        found = self.maybe(path)
        if found is None:
            msg = f"<{path}> is missing in <{self.tag}>; {INCOMPLETE}"
            raise self.source.error(self.line, msg)
        return found


def read_xml(source: Source) -> Node:
    """Return the root element of a file.

    Raises:
        ReportError: If it is not XML, is cut off, nests too deeply or declares a document type.
    """
    reader = _Reader(source)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    reader.parser = parser
    try:
        parser.Parse(source.data.strip(), True)
    except expat.ExpatError as error:
        msg = f"not XML: {expat.ErrorString(error.code)}; {INCOMPLETE}"
        raise source.error(error.lineno, msg) from error
    except (ValueError, LookupError) as error:
        msg = f"not XML: {error}; {INCOMPLETE}"
        raise source.error(0, msg) from error
    if reader.root is None:
        raise source.error(0, f"no element; {INCOMPLETE}")
    return reader.root


class _Reader:
    """Builds the elements as the parser meets them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parser: expat.XMLParserType | None = None
        self.root: Node | None = None
        self.open: list[Node] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        node = Node(source=self.source, tag=tag, line=self._line(), attributes=attributes)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        if len(self.open) > _DEPTH:
            msg = f"elements nest deeper than {_DEPTH}; no report of a tool does"
            raise self.source.error(node.line, msg)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def text(self, text: str) -> None:
        self.open[-1].text += text

    def refuse(self, *_declaration: object) -> None:
        msg = "a document type, which may hide entities; no report of a tool has one"
        raise self.source.error(self._line(), msg)

    def _line(self) -> int:
        return self.parser.CurrentLineNumber if self.parser else 0
