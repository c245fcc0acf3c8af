"""The schema of `--json`: holds lines to it, and makes the tables of docs/EVENTS.md from it (run as a program).

Only what `sockeye schema` uses of JSON Schema 2020-12 is understood; anything else in it is an error.
"""

import functools
import json
import re
import subprocess
import sys

#: Words of the schema that say nothing about what is valid.
SILENT = {"$schema", "title", "description", "$defs", "contentEncoding"}
TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
}


@functools.cache
def of(program):
    """The schema that this sockeye prints."""
    return json.loads(subprocess.run([program, "schema"], capture_output=True, check=True).stdout)


def name_of(event):
    """Which definition an event falls under."""
    if event.get("type") == "summary" and "longest_outage_us" in event:
        return "summary-probe"
    return f"notice-{event.get('kind')}" if event.get("type") == "notice" else event.get("type")


def mistakes(event, schema):
    """What is wrong with a line, each as a sentence; none where it is as it should be."""
    definition = schema["$defs"].get(name_of(event))
    if definition is None:
        return [f"no event is called {name_of(event)}"]
    return list(_mistakes(event, definition, "the line", schema))


def _mistakes(value, schema, where, root):
    if "$ref" in schema:
        yield from _mistakes(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], where, root)
        return
    for word, wanted in schema.items():
        if word in SILENT:
            continue
        if word == "type":
            if not TYPES[wanted](value):
                yield f"{where} is {value!r}, no {wanted}"
                return
        elif word == "const":
            if value != wanted:
                yield f"{where} is {value!r}, not {wanted!r}"
        elif word == "enum":
            if value not in wanted:
                yield f"{where} is {value!r}, none of {wanted}"
        elif word == "minimum":
            if value < wanted:
                yield f"{where} is {value}, less than {wanted}"
        elif word == "pattern":
            if not re.search(wanted, value):
                yield f"{where} is {value!r}, which {wanted} does not match"
        elif word == "required":
            yield from (f"{where} has no {key}" for key in wanted if key not in value)
        elif word == "properties":
            for key, part in wanted.items():
                if key in value:
                    yield from _mistakes(value[key], part, key, root)
        elif word == "additionalProperties":
            yield from (f"{where} has {key}, which is not documented" for key in value if key not in schema["properties"])
        elif word == "items":
            for item in value:
                yield from _mistakes(item, wanted, f"an item of {where}", root)
        else:
            raise NotImplementedError(f"{word} in the schema")


def _kind(field):
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    return field["type"]


def tables(schema):
    """A section for each event: what it is, and a row for each field."""
    parts = []
    for name, event in schema["$defs"].items():
        title = f"notice: {name.removeprefix('notice-')}" if name.startswith("notice-") else name
        title = "summary of a target" if name == "summary-probe" else title
        rows = [f"## {title}", "", event["description"], "", "| field | type | present | what |", "|---|---|---|---|"]
        for field, what in event["properties"].items():
            present = "always" if field in event["required"] else "sometimes"
            rows.append(f"| `{field}` | {_kind(what)} | {present} | {what['description']} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print(tables(of(sys.argv[1])), end="")
