"""Singular and plural of English nouns, as far as names need them."""

_IRREGULAR = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index", "indexes": "index",
    "vertices": "vertex", "matrices": "matrix", "criteria": "criterion", "leaves": "leaf", "aliases": "alias",
}  # fmt: skip
_UNCHANGED = frozenset(("address", "alias", "canvas", "class", "process", "series", "species", "status", "this"))


def singular(noun: str) -> str:
    """The singular of a plural noun in lower case; empty if it is none, or may be none."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun in _UNCHANGED or len(noun) < 3 or not noun.endswith("s") or noun.endswith(("ss", "us", "is", "as", "os")):
        return ""
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes", "zes")):
        return noun[:-2]
    return noun[:-1]
