"""What has no entry in docs/ fails here: a command, an option, a public name, an exception.

This needs no documentation tool. The help of a command is made when the site is built.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from types import ModuleType

import click
import pytest

import searchlib
import searchlib.whoosh
from searchlib import errors
from searchlib.cli.app import app
from tests.docs.pages import ROOT, blocks
from tests.docs.test_pages import code, table_rows

API = ROOT / "docs" / "api.md"
COMMANDS = ROOT / "docs" / "commands.md"
EXCEPTIONS = ROOT / "docs" / "exceptions.md"
API_TEXT = API.read_text(encoding="utf-8")
_DIRECTIVE = re.compile(r"^\.\. auto(\w+):: ([\w.]+)$((?:\n +:.*)*)", re.MULTILINE)


def entries() -> dict[str, tuple[str, str]]:
    """Return the kind and the options of each entry of the API reference."""
    found: dict[str, tuple[str, str]] = {}
    for block in blocks(API, "{eval-rst}"):
        for kind, name, options in _DIRECTIVE.findall(block.text):
            assert name not in found, f"{name} has two entries"
            found[name] = kind, options
    return found


def commands() -> dict[str, click.Command]:
    context = click.Context(app)
    found = {name: app.get_command(context, name) for name in app.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", COMMANDS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_a_section_with_its_help() -> None:
    found = sections()
    assert list(found)[1:] == list(commands()), "in the order of `searchlib --help`"
    for name in commands():
        assert f"```{{command-help}} {name}\n```" in found[name], name
    assert "```{command-help}\n```" in COMMANDS.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", commands())
def test_every_option_is_described(name: str) -> None:
    section = sections()[name]
    for parameter in commands()[name].params:
        if isinstance(parameter, click.Option):
            shown = parameter.help and not parameter.hidden
            assert shown or f"`{parameter.opts[-1]}`" in section, parameter.opts


def test_options_that_the_page_names_are_there() -> None:
    for name, section in sections().items():
        named = set(re.findall(r"^- `(--[\w-]+)`", section, re.MULTILINE))
        command = commands().get(name)
        assert named <= {opt for option in (command or app).params for opt in option.opts}, name


@pytest.mark.parametrize("module", [searchlib, searchlib.whoosh], ids=lambda m: m.__name__)
def test_every_public_name_has_an_entry(module: ModuleType) -> None:
    prefix = f"{module.__name__}."
    named = {
        name.removeprefix(prefix) for name in entries() if name.rpartition(".")[0] == prefix[:-1]
    }
    assert named == set(module.__all__)


def test_every_entry_is_of_its_kind() -> None:
    for name, (kind, options) in entries().items():
        module, _, attribute = name.rpartition(".")
        value = getattr(
            {"searchlib": searchlib, "searchlib.whoosh": searchlib.whoosh}[module], attribute
        )
        if not inspect.isclass(value):
            assert kind == ("function" if callable(value) else "data"), name
        elif issubclass(value, BaseException):
            assert kind == "exception", name
        else:
            assert kind == "class", name
            assert ":members:" in options or attribute == "SearchlibCodec", name  # Whoosh's methods


def own_members(cls: type) -> Iterator[tuple[str, object]]:
    for name, value in vars(cls).items():
        if not name.startswith("_"):
            yield name, value


@pytest.mark.parametrize("name", sorted({*searchlib.__all__} - {"__version__"}))
def test_every_member_of_a_public_class_is_described(name: str) -> None:
    cls = getattr(searchlib, name)
    if not inspect.isclass(cls):
        assert (cls.__doc__ or "").strip()
        return
    assert cls.__doc__
    fields = (
        {each.name for each in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else set()
    )
    _, options = entries()[f"searchlib.{name}"]
    for member, value in own_members(cls):
        described = (
            # A slot of a dataclass has no docstring: the class describes it, or its name and type do.
            bool(re.search(rf"\b{member}\b", cls.__doc__)) or ":undoc-members:" in options
            if member in fields
            else (getattr(value, "__doc__", "") or "").strip()
        )
        assert described, f"{name}.{member}"


def test_the_parts_of_an_explanation_and_the_changes_of_a_writer_are_described() -> None:
    with searchlib.in_memory() as index:
        with index.writer() as writer:
            writer.add(searchlib.Article(article_id="a", headline="Horses"))
        explanation = index.explain("horses", "a")
    assert explanation is not None
    for value in (writer.changes, explanation.parts[0], explanation.parts[0].fields[0]):
        for field in dataclasses.fields(value):
            assert f"`{field.name}`" in API_TEXT, f"{type(value).__name__}.{field.name}"


def exception_classes() -> list[type[errors.SearchlibError]]:
    found = [getattr(errors, name) for name in errors.__all__]
    assert set(found) == {
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, BaseException)
    }
    return found


def test_every_exception_has_a_row_with_its_attributes_and_exit_code() -> None:
    text = EXCEPTIONS.read_text(encoding="utf-8")
    rows = table_rows(text, "| exception | raised if | attributes | exit code |")
    by_name = {code(row[0])[0]: row for row in rows}
    assert set(by_name) == {cls.__name__ for cls in exception_classes()}
    for cls in exception_classes():
        _, raised, attributes, exit_code = by_name[cls.__name__]
        assert raised
        parameters = (
            list(inspect.signature(cls).parameters)
            if cls.__init__ is not Exception.__init__
            else []
        )
        assert set(code(attributes)) == {*parameters} - {"args", "kwargs"}, cls.__name__
        if cls is not errors.SearchlibError:
            assert exit_code == ("3" if issubclass(cls, errors.StorageError) else "2"), cls.__name__


def test_the_tree_of_exceptions_is_the_one_drawn() -> None:
    tree = blocks(EXCEPTIONS, "text")[0].text.splitlines()
    parents: list[str] = []
    drawn: dict[str, str] = {}
    for line in tree:
        depth = (len(line) - len(line.lstrip())) // 2
        parents[depth:] = [line.strip()]
        drawn[line.strip()] = parents[depth - 1] if depth else "Exception"
    assert drawn == {cls.__name__: cls.__bases__[0].__name__ for cls in exception_classes()}
