"""Validates every scenario, system and world file with an outside JSON Schema validator against the exported schema.

usage: validate.py SCENARIOS BAD_CASES

Also: the schema itself is a valid JSON Schema (2020-12), and it refuses the misspelt key and the wrong type of the bad
cases; a schema that accepts everything would pass everything else.
"""

import json
import pathlib
import sys

import json5
import jsonschema

USED = {"use": "elsewhere.json"}
# Bad cases that a schema can see; the others need the files and times they name.
REFUSED = ["misspelt_key", "wrong_type"]


def read(path):
    with path.open(encoding="utf-8") as file:
        return json5.load(file)


def documents(scenarios):
    """Each file as a whole scenario: parts are put where they belong."""
    for folder in ("blog", "smoke", "negative"):
        for path in sorted((scenarios / folder).glob("*.json")):
            yield path, read(path)
    for path in sorted((scenarios / "worlds").glob("*.json")):
        yield path, {"name": "part", "why": "A part.", "duration": "P1D", "system": USED, "world": read(path)}
    for path in sorted((scenarios / "systems").glob("*.json")):
        part = read(path)
        if "Steps" in part or "pipelines" in part or "pipeline" in part:
            continue  # pipeline definitions have SageMaker's and CodePipeline's own form
        yield path, {"name": "part", "why": "A part.", "duration": "P1D", "system": part, "world": USED}


def main(scenarios, bad_cases):
    schema = json.loads((scenarios / "scenario.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failures = 0
    checked = 0
    for path, document in documents(scenarios):
        checked += 1
        for error in validator.iter_errors(document):
            failures += 1
            print(f"{path.relative_to(scenarios)}: {error.json_path}: {error.message}"[:600])
    for name in REFUSED:
        if validator.is_valid(read(bad_cases / f"{name}.json")):
            failures += 1
            print(f"bad case {name}: the schema accepts it")
    print(f"{checked} files checked, {len(REFUSED)} bad cases, {failures} failures")
    return 0 if failures == 0 and checked >= 8 else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
