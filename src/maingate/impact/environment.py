"""What a verdict depends on besides the tree, in words that tell one machine's from another's."""

import msgspec

_FEW = 3


class Environment(msgspec.Struct, frozen=True):
    """What a verdict depends on besides the tree and its base.

    Attributes:
        configuration: A digest of the options.
        tools: Versions by tool.
        installed: What is installed for the project's interpreter, each with its version.
        identity: Of all that recordings of the tests hold for.
    """

    configuration: str
    tools: dict[str, str]
    installed: tuple[str, ...]
    identity: str

    def differences(self, other: "Environment") -> list[str]:
        """How this one, which is here, differs from another, a line each; none if it does not."""
        lines = []
        for tool in sorted({*self.tools, *other.tools}):
            here, there = (each.tools.get(tool, "missing") for each in (self, other))
            if here != there:
                lines.append(f"{tool} is {here} here and {there} there")
        if self.configuration != other.configuration:
            lines.append("the options of the checks are others")
        own, foreign = set(self.installed), set(other.installed)
        lines += [f"{name} is installed here, not there" for name in sorted(own - foreign)[:_FEW]]
        lines += [f"{name} is installed there, not here" for name in sorted(foreign - own)[:_FEW]]
        if not lines and self != other:
            lines.append("`extra-files` are others, or what maingate records tests with")
        return lines
