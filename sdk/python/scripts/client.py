"""Python of an OpenAPI document: a `TypedDict` for every schema, a method for every operation."""

import keyword
import re
import textwrap

WORDS = {"string": "str", "boolean": "bool", "null": "None", "integer": "int", "number": "float"}
WIDTH = 120
HEAD = '''"""Generated from the OpenAPI document of Twofold by `python scripts/generate.py`. Do not edit."""

from typing import Any, List, Literal, Mapping, Optional, TypedDict, Union, cast

from ._segment import segment

'''
OPERATIONS = '''

class Operations:
    """Every operation of the API. A refusal is raised."""

    def _send(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        query: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Any:
        """Sends one request; `path` is below the server's address."""
        raise NotImplementedError
'''


def client(document):
    """The whole of src/twofold/api.py. What it does not know it refuses, so that nothing is typed wrongly in silence."""
    schemas = document["components"]["schemas"]
    declared = [declaration(name, schema) for name, schema in in_order(schemas)]
    methods = [
        method(verb, path, operation) for path, item in document["paths"].items() for verb, operation in item.items()
    ]
    return HEAD + "\n".join(declared) + OPERATIONS + "".join(methods)


def in_order(schemas):
    """Each after those that it names: an alias is evaluated where it stands."""
    done = {}

    def add(name):
        if name in done:
            return
        done[name] = None
        for other in re.findall(r"#/components/schemas/(\w+)", str(schemas[name])):
            add(other)
        done[name] = schemas[name]
        done[name] = done.pop(name)

    for name in schemas:
        add(name)
    return done.items()


def declaration(name, schema):
    said = schema.get("description")
    if schema.get("type") == "object":
        return record(name, schema, said)
    return f"{comment(said)}{name} = {kind(schema)}\n"


def record(name, schema, said):
    properties, required = schema.get("properties", {}), schema.get("required", [])
    must = {field: one for field, one in properties.items() if field in required}
    may = {field: one for field, one in properties.items() if field not in required}
    if must and may:
        return f"\n{fields(f'_{name}', 'TypedDict', None, must)}\n\n{fields(name, f'_{name}, total=False', said, may)}"
    return "\n" + fields(name, "TypedDict" if must else "TypedDict, total=False", said, must or may)


def fields(name, base, said, properties):
    lines = [f"class {name}({base}):\n", documentation(said, "    ")]
    for field, schema in properties.items():
        if keyword.iskeyword(field):
            raise ValueError(f"no field can be called {field}")
        lines.append(f"{comment(described(schema), '    ')}    {field}: {kind(schema)}\n")
    body = "".join(lines)
    return body if properties or said else f"{body}    pass\n"


def described(schema):
    """A reference that may be absent stands in a `oneOf`, with its description."""
    return schema.get("description") or next((one["description"] for one in schema.get("oneOf", []) if "description" in one), None)


def kind(schema):
    if "$ref" in schema:
        return schema["$ref"].replace("#/components/schemas/", "")
    if "oneOf" in schema:
        return union([kind(one) for one in schema["oneOf"]])
    if "enum" in schema:
        return f"Literal[{', '.join(quoted(value) for value in schema['enum'])}]"
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return union([plain(name, schema) for name in types])


def plain(name, schema):
    if name == "array":
        return f"List[{kind(schema['items'])}]"
    if name == "object":
        # A record without a name of its own.
        properties = schema.get("properties")
        if not properties:
            return "Mapping[str, Any]"
        return f"Mapping[str, {union(sorted({kind(one) for one in properties.values()}))}]"
    return WORDS[name]


def union(names):
    others = [name for name in names if name != "None"]
    if not others:
        return "None"
    one = others[0] if len(others) == 1 else f"Union[{', '.join(others)}]"
    return f"Optional[{one}]" if len(others) < len(names) else one


def method(verb, path, operation):
    parameters = operation.get("parameters", [])
    good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    answer = kind(next(iter(good["content"].values()))["schema"]) if good.get("content") else "None"
    takes = ["self", *(f"{one['name']}: str" for one in parameters if one["in"] == "path")]
    queries = [(python_name(one["name"]), one["name"], kind(one["schema"])) for one in parameters if one["in"] == "query"]
    sent = [quoted(verb.upper()), target(path)]
    if "requestBody" in operation:
        takes.append(f"body: {kind(operation['requestBody']['content']['application/json']['schema'])}")
        sent.append("body=body")
    named = [f"{name}: {optional(of)} = None" for name, _, of in queries]
    if queries:
        sent.append(f"query={{{', '.join(f'{quoted(name)}: {ours}' for ours, name, _ in queries)}}}")
    if any(one["name"] == "Idempotency-Key" for one in parameters):
        named.append("idempotency_key: Optional[str] = None")
        sent.append("idempotency_key=idempotency_key")
    if named:
        takes += ["*", *named]
    call = f"self._send({', '.join(sent)})"
    does = f"        {call}\n" if answer == "None" else f"        return cast({answer}, {call})\n"
    said = ".\n\n".join(text for text in (operation.get("summary"), operation.get("description")) if text)
    head = f"\n    def {operation['operationId']}({', '.join(takes)}) -> {answer}:\n"
    return f"{head}{documentation(said, '        ')}{does}"


def python_name(name):
    return f"{name}_" if keyword.iskeyword(name) else name


def optional(of):
    return of if of.startswith("Optional[") else f"Optional[{of}]"


def target(path):
    inserted = re.sub(r"\{(\w+)\}", r"{segment(\1)}", path)
    return quoted(path) if inserted == path else f"f{quoted(inserted)}"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def comment(text, indent=""):
    return "".join(f"{indent}# {line}".rstrip() + "\n" for line in lines_of(text, indent))


def documentation(text, indent):
    lines = lines_of(text, indent)
    if not lines:
        return ""
    if len(lines) == 1:
        return f'{indent}"""{lines[0]}"""\n'
    body = "".join(f"{indent}{line}".rstrip() + "\n" for line in lines[1:])
    return f'{indent}"""{lines[0]}\n{body}{indent}"""\n'


def lines_of(text, indent):
    wrapped = []
    for paragraph in (text or "").replace('"""', "'''").replace("\\", "\\\\").split("\n\n"):
        if wrapped:
            wrapped.append("")
        wrapped += textwrap.wrap(" ".join(paragraph.split()), WIDTH - len(indent) - 4)
    return wrapped
