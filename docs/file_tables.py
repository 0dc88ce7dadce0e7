"""Writes the tables of keys in the reference from the files' JSON Schemas, so that they cannot go stale.

Run `python docs/file_tables.py` after a change to a schema; a test fails until that is done. The pages are those in `PAGES`. Between the
lines `<!-- keys: NAME -->` and `<!-- end -->` stands the table of that definition of the schema; the names in `FILES` are the files
themselves.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from holdfast.monitoring.agreement.schema import agreement_schema
from holdfast.scenario.schema import json_schema
from holdfast.study.conflict.schema import conflict_schema

REFERENCE = Path(__file__).parent / "reference"
PAGES = {
    REFERENCE / "file.md": json_schema,
    REFERENCE / "agreement.md": agreement_schema,
    REFERENCE / "stability.md": conflict_schema,
}
FILES = ("Scenario", "AgreementFile", "ConflictFile")
BLOCK = re.compile(r"(?<=<!-- keys: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
SIZES = {
    "from_0_to_1": "quantity from 0 to 1",
    "0_or_more": "quantity, 0 or more",
    "above_0": "quantity above 0",
    "1_or_more": "quantity, 1 or more",
}
NUMBERS = {
    "minimum": "from {:g}",
    "maximum": "to {:g}",
    "exclusiveMinimum": "above {:g}",
    "exclusiveMaximum": "below {:g}",
}


def kind(node: dict[str, Any]) -> str:
    """Say in a few words what stands at a key."""
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        return SIZES.get(name) or f"[{name}](#{name.lower()})"
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return " or ".join(f"`{word}`" for word in node["enum"])
    if "anyOf" in node:
        return either(node["anyOf"])
    if node["type"] == "array":
        item = kind(node["items"])
        return f"list of {'ids' if item == 'id' else item}"
    if node["type"] == "object" and isinstance(node.get("additionalProperties"), dict):
        return f"mapping of ids to {kind(node['additionalProperties'])}"
    if node["type"] == "object":
        return " or ".join(f"`{name}:` {kind(value)}" for name, value in node["properties"].items())
    if node["type"] in ("number", "integer"):
        limits = [text.format(node[name]) for name, text in NUMBERS.items() if name in node]
        return " ".join(["number", *limits])
    if node["type"] == "string":
        return "id" if "pattern" in node else "date" if node.get("format") == "date" else "text"
    return {"boolean": "`true` or `false`", "null": "`null`"}[node["type"]]


def either(ways: list[dict[str, Any]]) -> str:
    """Name each way once."""
    return " or ".join(dict.fromkeys(kind(way) for way in ways))


def table(schema: dict[str, Any], name: str) -> str:
    """Return the table of one definition's keys."""
    node = schema if name in FILES else schema["$defs"][name]
    required = set(node.get("required", []))
    rows = ["| key | | what stands there | meaning |", "| --- | --- | --- | --- |"]
    for key, value in node["properties"].items():
        default = f" Default {str(value['default']).lower()}." if "default" in value else ""
        need = "required" if key in required else ""
        described = value.get("description") or schema["$defs"].get(
            value.get("$ref", "").rsplit("/", 1)[-1], {}
        ).get("description", "")
        text = described.replace("|", "\\|").replace("\n", " ")
        rows.append(f"| `{key}` | {need} | {kind(value)} | {text}{default} |")
    return "\n".join(rows) + "\n"


def written(page: str, schema: dict[str, Any]) -> str:
    """Return the page with its tables written anew."""
    return BLOCK.sub(lambda found: f"{found[1]}{found[2]}{table(schema, found[1])}", page)


def undocumented(page: str, schema: dict[str, Any]) -> set[str]:
    """Return definitions of the schema that have neither a table nor a name in the page."""
    shown = set(re.findall(r"<!-- keys: (\w+) -->", page))
    return set(schema["$defs"]) - shown - set(SIZES)


if __name__ == "__main__":
    for path, schema_of in PAGES.items():
        path.write_text(written(path.read_text(encoding="utf-8"), schema_of()), encoding="utf-8")
