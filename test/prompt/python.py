# Renders chats as Transformers does, for comparison: lines of {template, variables} in, lines of {text} or {error} out.
import json
import sys
from datetime import datetime

from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Scope
from jinja2.sandbox import ImmutableSandboxedEnvironment


def raise_exception(message):
    raise ValueError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


class Generation(Extension):
    # Transformers' tag around what the model writes; it renders as its content.
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        return Scope(parser.parse_statements(["name:endgeneration"], drop_needle=True), lineno=line)


class Environment(ImmutableSandboxedEnvironment):
    # Real templates append to lists; Transformers' own sandbox lets them through llama.cpp alone.
    def is_safe_attribute(self, obj, attr, value):
        return attr in ("append", "extend", "pop") or super().is_safe_attribute(obj, attr, value)


environment = Environment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = lambda form: datetime(2024, 7, 26, 12, 0).strftime(form)
for line in sys.stdin:
    request = json.loads(line)
    try:
        template = environment.from_string(request["template"])
        print(json.dumps({"text": template.render(**request["variables"])}))
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
