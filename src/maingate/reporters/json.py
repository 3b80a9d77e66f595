r"""Everything as JSON, in a format of its own that changes with `version` only; see docs/report.md.

A file name's bytes that are not UTF-8 appear as lone surrogates, escaped (`\udcff`), as in PEP 383.
"""

import json
from typing import Any

import msgspec

from maingate.errors import EXIT_CODES
from maingate.model import Judgement, Report
from maingate.reporters import View
from maingate.reporters.issues import issues
from maingate.reporters.markup import json_with_surrogates

VERSION = 1


def render(report: Report, view: View) -> str:
    """The report as one JSON object."""
    document = {
        "version": VERSION,
        "state": report.state,
        "stage": report.stage or None,
        "skipped": list(report.skipped),
        "exit_code": EXIT_CODES[report.state],
        "tree": report.tree,
        "base": report.base or None,
        "seconds": report.seconds,
        "toolchain": report.toolchain,
        "conditions": [_judgement(judgement) for judgement in report.judgements],
        "checks": [
            {
                "name": observation.check,
                "observed": observation.observed,
                "reused": observation.reused,
                "measures": _measures(observation.measures),
                "notes": list(observation.notes),
            }
            for observation in report.observations
        ],
        "findings": _findings(report, view),
        "notes": list(report.notes),
        "waivers": [{**_plain(use.waiver), "findings": use.findings, "days_left": use.days} for use in report.waivers],
        "accepted": report.accepted,
        "problems": [{"check": check, **_plain(problem)} for check, problem in report.problems],
    }
    return json_with_surrogates(document, 2)


def render_lines(report: Report, view: View) -> str:
    """The report as JSON, one value a line, which `kind` names; the verdict last (`json-lines`)."""
    rows: list[dict[str, Any]] = [{"kind": "finding", **finding} for finding in _findings(report, view)]
    rows += [{"kind": "problem", "check": check, **_plain(problem)} for check, problem in report.problems]
    rows += [{"kind": "condition", **_judgement(judgement)} for judgement in report.judgements]
    verdict = {"state": report.state, "exit_code": EXIT_CODES[report.state], "tree": report.tree}
    rows.append({"kind": "verdict", **verdict, "base": report.base or None, "seconds": report.seconds})
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def _findings(report: Report, view: View) -> list[dict[str, Any]]:
    findings = report.findings
    known = issues(report, view)[len(report.problems) :]
    return [
        {**_plain(finding), "fingerprint": issue.fingerprint} for finding, issue in zip(findings, known, strict=True)
    ]


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    return {field: getattr(value, field) for field in value.__struct_fields__}


def _judgement(judgement: Judgement) -> dict[str, Any]:
    condition = judgement.condition
    return {
        "measure": condition.measure,
        "scope": condition.scope or None,
        "comparison": condition.comparison,
        "limit": condition.limit,
        "unit": condition.unit,
        "allow": condition.allow,
        "besides": list(condition.besides),
        "source": condition.source,
        "state": judgement.state,
        "value": judgement.value,
        "reason": judgement.reason or None,
        "best": condition.best or None,
        "explanation": list(judgement.explanation),
    }


def _measures(measures: Any) -> dict[str, Any]:
    return {
        name: {
            "part": sum(amount.part for amount in paths.values()),
            "whole": None
            if any(amount.whole is None for amount in paths.values())
            else sum(a.whole for a in paths.values()),
            "paths": {path: [amount.part, amount.whole] for path, amount in paths.items() if path},
        }
        for name, paths in measures.items()
    }
