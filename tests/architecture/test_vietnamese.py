"""Every sentence of the pages and the report that is marked for translation has its Vietnamese."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.translation import trim_whitespace

ROOT = settings.BASE_DIR
APPS = ("evalsite", "generation", "ratings")
# What marks a sentence for translation, and whether a context stands before it.
CONTEXT_AND_TEXT = {"_": False} | {
    f"{number}{context}gettext{lazy}": bool(context)
    for number in ("", "n")
    for context in ("", "p")
    for lazy in ("", "_lazy", "_noop")
}
FILLED_IN = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|<[^>]+>")
Wanted = tuple[str | None, str]


SOURCE = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The Vietnamese catalogue as it stands in the sources."""
    with SOURCE.open("rb") as lines:
        return read_po(lines, locale="vi")


def test_each_sentence_stands_once() -> None:
    """Gettext's own tools refuse a catalogue that says one twice."""
    keys = Counter(entry.partition("\nmsgstr")[0] for entry in SOURCE.read_text().split("\n\n"))
    assert [key for key, count in keys.items() if count > 1] == []


def test_what_programs_say_is_translated(catalogue) -> None:
    files = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
    assert _lacking(catalogue, files, _in_program) == {}


def test_what_templates_say_is_translated(catalogue) -> None:
    assert _lacking(catalogue, sorted((ROOT / "templates").rglob("*.html")), _in_template) == {}


def test_translations_keep_what_is_filled_in(catalogue) -> None:
    faults = [message.id for message in catalogue if message.id and not _keeps_what_is_filled_in(message)]
    assert faults == []


def test_a_page_without_vietnamese_is_found(catalogue, tmp_path) -> None:
    page = tmp_path / "page.html"
    page.write_text('{% load i18n %}{% translate "Nobody has translated this." %}')
    assert _lacking(catalogue, [page], _in_template) == {"page.html": ["Nobody has translated this."]}
    program = tmp_path / "page.py"
    program.write_text("""f"{_('Nor this.')}"; pgettext("verdict", "Nor that")""")
    assert _lacking(catalogue, [program], _in_program) == {"page.py": ["Nor that", "Nor this."]}


def _lacking(catalogue: Catalog, files: list[Path], wanted_in) -> dict[str, list[str]]:
    """By file, the sentences that have no Vietnamese."""
    found = {
        path.name: [text for context, text in wanted_in(path) if not _translated(catalogue, context, text)]
        for path in files
    }
    return {name: lacking for name, lacking in found.items() if lacking}


def _keeps_what_is_filled_in(message: Message) -> bool:
    *_singular, english = message.id if isinstance(message.id, tuple) else (message.id,)
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(sorted(FILLED_IN.findall(form)) == sorted(FILLED_IN.findall(english)) for form in forms)


def _translated(catalogue: Catalog, context: str | None, text: str) -> bool:
    message = catalogue.get(text, context)
    if message is None:
        return False
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms)


def _in_program(path: Path) -> Iterator[Wanted]:
    for call in ast.walk(ast.parse(path.read_text())):
        name = _name(call.func) if isinstance(call, ast.Call) else ""
        if name not in CONTEXT_AND_TEXT:
            continue
        said = [each.value for each in call.args if isinstance(each, ast.Constant)]
        context, place = (said[0], 1) if CONTEXT_AND_TEXT[name] and said else (None, 0)
        if len(said) > place:
            yield context, str(said[place])


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _in_template(path: Path) -> Iterator[Wanted]:
    source = path.read_text()
    nodes = engines["django"].engine.from_string(source).nodelist
    for node in nodes.get_nodes_by_type(TranslateNode):
        yield _context(node), str(node.filter_expression.var.literal).replace("%", "%%")
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        text = node.render_token_list(node.singular)[0]
        yield _context(node), trim_whitespace(text) if node.trimmed else text
    for found in re.finditer(r"""\b_\((["'])(.*?)\1\)""", source):
        yield None, found[2].replace("%", "%%")


def _context(node: TranslateNode | BlockTranslateNode) -> str | None:
    return node.message_context.var if node.message_context else None
