"""Every kind of file that the template renders, with the parser that says what one means.

`meaning` returns nested dicts, lists, tuples and scalars, so that two files can be compared by what they say.
A file of no known kind is an error: a new kind needs its parser here before anything renders it.
"""

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

Meaning = Any
Parser = Callable[[str], Meaning]

LOADER = yaml.CSafeLoader

INSTRUCTIONS = (
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME "
    "WORKDIR"
)


class UnknownKindError(ValueError):
    """No parser is known for a file."""


def repeated_keys(node: yaml.Node | None) -> Iterator[str]:
    """Keys that a mapping of the document holds twice, with lines; parsers keep the last silently."""
    if isinstance(node, yaml.MappingNode):
        keys = [key for key, _ in node.value]
        seen = [key.value for key in keys]
        twice = (key for number, key in enumerate(keys) if key.value in seen[:number])
        yield from (f"{key.value} (line {key.start_mark.line + 1})" for key in twice)
        for _, value in node.value:
            yield from repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from repeated_keys(item)


def _yaml(text: str) -> Meaning:
    for document in yaml.compose_all(text, Loader=LOADER):
        for key in repeated_keys(document):
            raise ValueError(f"a key stands twice: {key}")
    return list(yaml.load_all(text, Loader=LOADER))


def _json(text: str) -> Meaning:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(items)) != len(items):
            raise ValueError(f"a key stands twice: {[key for key, _ in items]}")
        return dict(items)

    return json.loads(text, object_pairs_hook=pairs)


def _python(text: str) -> Meaning:
    def plain(node: Any) -> Meaning:
        if isinstance(node, ast.AST):
            return (type(node).__name__, [(name, plain(value)) for name, value in ast.iter_fields(node)])
        return [plain(item) for item in node] if isinstance(node, list) else node

    return plain(ast.parse(text))


def _ini(text: str) -> Meaning:
    """An INI file; what stands before the first section belongs to one of its own, as in .editorconfig."""
    parser = configparser.ConfigParser(interpolation=None, strict=True, delimiters=("=",))
    parser.read_string(f"[(top)]\n{text}")
    return {name: dict(section) for name, section in parser.items()}


def _lines(pattern: str) -> Parser:
    """A file of lines that are blank, a comment or of the pattern."""

    def parse(text: str) -> Meaning:
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        for line in lines:
            if not re.fullmatch(pattern, line):
                raise ValueError(f"`{line}` is not of the form {pattern}")
        return lines

    return parse


def _dockerfile(text: str) -> Meaning:
    """Instructions with their arguments, continued lines joined and heredocs left out."""
    heredocs = re.sub(r"<<-?['\"]?(\w+)['\"]?(.*?\n)(.*?)^\1$", r"\2", text, flags=re.DOTALL | re.MULTILINE)
    joined = re.sub(r"\\\n(\s*#.*\n)*", "", heredocs)
    lines = [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in lines:
        if line.split()[0].upper() not in INSTRUCTIONS.split():
            raise ValueError(f"`{line}` is no instruction of a Dockerfile")
    return lines


def _markdown(text: str) -> Meaning:
    """Structure and text: an answer that turns into a heading, a link or HTML changes it."""

    def plain(tokens: list[Token]) -> Meaning:
        meaning: list[Any] = []
        for token in tokens:
            inline = plain(token.children) if token.children is not None else token.content
            entry = [token.type, token.tag, sorted(token.attrs.items()), inline]
            if token.type == "text" and meaning and meaning[-1][0] == "text":
                meaning[-1][3] += token.content
            else:
                meaning.append(entry)
        return meaning

    return plain(MarkdownIt("commonmark").enable("table").parse(text))


def _text(text: str) -> Meaning:
    return text.splitlines()


# By file name or path, the first that matches; what a tool alone can parse is a judge's work too.
KINDS: list[tuple[str, Parser]] = [
    ("deploy/chart/templates/*", _text),
    ("*.yaml", _yaml),
    ("*.yml", _yaml),
    ("*.toml", tomllib.loads),
    ("*.json", _json),
    ("*.py", _python),
    ("*.md", _markdown),
    ("*.ini", _ini),
    ("*.cfg", _ini),
    (".editorconfig", _ini),
    (".npmrc", _lines(r"(;.*|[a-z-]+=\S+)")),
    ("Dockerfile", _dockerfile),
    ("*.env.example", _lines(r"[A-Z][A-Z0-9_]*=.*")),
    ("*.env", _lines(r"[A-Z][A-Z0-9_]*=.*")),
    ("Procfile", _lines(r"[a-z][a-z0-9-]*: \S.*")),
    ("CODEOWNERS", _lines(r"\S+( +@\S+)+")),
    (".gitattributes", _lines(r"\S+( +\S+)+")),
    (".gitignore", _lines(r"\S.*\S|\S")),
    (".dockerignore", _lines(r"\S+")),
    ("Makefile", _text),
    ("*.sh", _text),
    ("*.sql", _text),
    ("*.mako", _text),
    ("*.ts", _text),
    ("py.typed", _lines("")),
]


def parser_of(path: str) -> Parser:
    """The parser of the file at a path of a project."""
    name = PurePosixPath(path).name
    for pattern, parser in KINDS:
        if fnmatchcase(path if "/" in pattern else name, pattern):
            return parser
    raise UnknownKindError(f"{path}: no parser is known for this kind of file")


def meaning(path: str, content: bytes) -> Meaning:
    """What a file says; raises ValueError (or the parser's own subclass of it) where it is malformed."""
    text = content.decode("utf-8")
    if "\r" in text or (text and not text.endswith("\n")):
        raise ValueError(f"{path}: lines end otherwise than by a line feed")
    try:
        return parser_of(path)(text)
    except (yaml.YAMLError, SyntaxError, configparser.Error) as error:
        raise ValueError(f"{path}: {error}") from error


def tokens(meant: Meaning) -> list[Any]:
    """A meaning as a flat list: its strings, and anything else with its type, so that `1` is not `"1"`."""
    if isinstance(meant, str):
        return [meant]
    if isinstance(meant, dict):
        items = [item for pair in meant.items() for item in pair]
    elif isinstance(meant, list | tuple):
        items = list(meant)
    else:
        return [(type(meant).__name__, repr(meant))]
    return [(type(meant).__name__, len(items)), *(token for item in items for token in tokens(item))]
