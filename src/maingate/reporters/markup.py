"""JSON and XML that any parser reads."""

import json
import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

import msgspec

# What XML 1.0 has no way to write (section 2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"\t": "&#9;", "\r": "&#13;", "\x7f": "&#127;"}
# How half of a pair is escaped, or a lone one.
_SURROGATE = "\\ud"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def json_text(value: object, indent: int | None = None) -> str:
    """A plain value as JSON in ASCII; lone surrogates, which strict parsers refuse, are written as text."""
    text = json.dumps(value, separators=(",", ":"))
    if _SURROGATE in text:
        text = json.dumps(_encodable(value), separators=(",", ":"))
    # The standard library indents in Python, which takes ten times as long.
    return (text if indent is None else msgspec.json.format(text, indent=indent)) + "\n"


def json_with_surrogates(value: object, indent: int) -> str:
    """A plain value as JSON in ASCII, with lone surrogates as they are (PEP 383)."""
    text = json.dumps(value)
    return (json.dumps(value, indent=indent) if _SURROGATE in text else msgspec.json.format(text, indent=indent)) + "\n"


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(name): _encodable(inner) for name, inner in value.items()}
    return [_encodable(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def xml_text(text: str) -> str:
    """The text, with characters that XML cannot hold written as escapes."""
    return _NO_XML.sub(lambda found: found[0].encode("unicode_escape", "backslashreplace").decode("ascii"), text)


def element(name: str, attributes: Mapping[str, object], *children: str, text: str = "") -> str:
    """One XML element, its attributes and text escaped; those that are None are left out."""
    known = {key: xml_text(str(value)) for key, value in attributes.items() if value is not None}
    quoted = "".join(f" {key}={quoteattr(value, _ENTITIES)}" for key, value in known.items())
    inside = escape(xml_text(text), _ENTITIES) + "".join(children)
    return f"<{name}{quoted}>{inside}</{name}>\n" if inside else f"<{name}{quoted}/>\n"


def document(root: str, doctype: str = "") -> str:
    """A whole XML document, in ASCII."""
    return (_HEAD + doctype + root).encode("ascii", "xmlcharrefreplace").decode("ascii")


def json_lines(values: Iterable[object]) -> str:
    """Values as JSON, one a line."""
    return "".join(map(json_text, values))
