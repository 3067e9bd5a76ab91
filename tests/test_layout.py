"""The house is as its plan says: the tree, the templates, and where text may pass as HTML."""

import ast
import re
from itertools import takewhile
from pathlib import Path

import polib  # type: ignore[import-untyped]
from django.conf import settings
from django.template import TemplateSyntaxError
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django"
OF_NO_PLAN = {"__init__.py", "conftest.py", "__pycache__", "staticfiles", "LICENSE", "locale"}
"""What every repository has, or what is made and not kept."""

MAY_PASS_AS_HTML = {
    # Words that prose.render made, on their way into a page.
    "templates/components/said.html",
    "templates/words/base.html",
    "templates/record/entry.html",
    "templates/record/wording.html",
}
MAY_MARK_AS_HTML = {
    # The practice's number, as a link.
    "config/emergency.py",
    # To whom a form was shown.
    "config/templatetags/forms.py",
    # What prose.render made; the picture of a link, which is drawn here; pieces of templates that escaped already.
    "relationships/views/cards.py",
    "relationships/views/invitation.py",
    "relationships/views/moulds.py",
    "relationships/views/words.py",
}


def templates(pattern="**/*"):
    return [path for path in sorted(TEMPLATES.glob(pattern)) if path.suffix in (".html", ".txt")]


def named(path):
    return str(path.relative_to(ROOT))


# --- The tree -------------------------------------------------------------------------------------------


def planned():
    """The paths of README's tree: in the fenced block with a line for relationships/, two spaces to a level."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    tree = next(block for block in blocks if re.search(r"^relationships/", block, re.M))
    above: list[str] = []
    for line in filter(str.strip, tree.splitlines()):
        depth = (len(line) - len(line.lstrip())) // 2
        words = re.split(r"\s{2,}", line.strip())
        for name in takewhile(
            lambda word: re.fullmatch(r"[\w./-]+(/|\.\w+)|Makefile|LICENSE|\.ci/run", word), words
        ):
            above[depth:] = [name]
            yield "".join(above[:depth]) + name


def test_everything_in_readmes_tree_is_there():
    assert [path for path in planned() if not (ROOT / path).exists()] == []


def test_everything_at_the_top_is_in_readmes_tree():
    kept = (ROOT / ".gitignore").read_text().split()
    ignored = {line.strip("/") for line in kept} | OF_NO_PLAN
    top = {path.name + "/" * path.is_dir() for path in ROOT.iterdir() if not path.name.startswith(".")}
    there = {
        name
        for name in top
        if name.strip("/") not in ignored and not any(Path(name).match(one) for one in kept)
    }
    assert there - {path.split("/")[0] + "/" * ("/" in path) for path in planned()} - {"README.md"} == set()


def test_everything_in_the_domain_is_in_readmes_tree():
    names = {path.name for path in (ROOT / "relationships").iterdir()} - OF_NO_PLAN - {"apps.py"}
    assert names - {path.split("/")[1] for path in planned() if path.startswith("relationships/")} == set()


def test_one_name_has_its_homes():
    """Whoever knows an address's view finds its test; a view that answers no address is part of those that do."""
    urls = (ROOT / "relationships/urls.py").read_text()
    views = {path.stem: path.read_text() for path in (ROOT / "relationships/views").glob("[a-z]*.py")}
    answers = {noun for noun in views if re.search(rf"\b{noun}\.\w+, name=", urls)}
    assert len(answers) > 10
    tests = ROOT / "tests/relationships/views"
    assert [noun for noun in sorted(answers) if not (tests / f"test_{noun}.py").exists()] == []
    parts = {noun for noun in views if any(f"views.{noun} " in words for words in views.values())}
    assert sorted(set(views) - answers - parts) == [], "Nothing uses these."


# --- Templates ------------------------------------------------------------------------------------------


def first_lines(pattern):
    found = {named(path): path.read_text().splitlines()[0] for path in templates(pattern)}
    assert found
    return found


def test_a_component_says_on_its_first_line_what_it_needs():
    needs = re.compile(r"\{# Needs: .+?[.)] .*#\}|\{# Needs: .+?\. ?#\}")
    assert [path for path, line in first_lines("components/*.html").items() if not needs.match(line)] == []


def test_a_part_or_page_of_the_record_says_what_it_needs_where_it_needs_something():
    extends = '{% extends "record/base.html" %}'
    lines = first_lines("record/*.html")
    assert [
        path for path, line in lines.items() if "{# Needs: " not in line and not line.startswith(extends)
    ] == []


def test_every_template_can_be_read():
    found = {}
    for path in templates():
        try:
            get_template(str(path.relative_to(TEMPLATES)))
        except TemplateSyntaxError as error:
            found[named(path)] = str(error)
    assert found == {}


def test_text_passes_as_html_in_the_listed_templates_only():
    passing = {
        named(path)
        for path in templates()
        if re.search(r"\|\s*safe(seq)?\b", path.read_text())
        or (path.suffix == ".html" and "autoescape off" in path.read_text())
    }
    assert passing - MAY_PASS_AS_HTML == set()


def test_text_is_marked_as_html_in_the_listed_modules_only():
    marking = set()
    for package in ("accounts", "config", "relationships"):
        for path in (ROOT / package).rglob("*.py"):
            names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
            if names & {"mark_safe", "SafeText", "format_html"}:
                marking.add(named(path))
    assert marking - MAY_MARK_AS_HTML == set()


def test_only_prose_knows_markdown_and_bleach():
    importing = {
        named(path)
        for package in ("accounts", "config", "relationships")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"^\s*(import|from) (markdown|bleach)\b", path.read_text(), re.M)
    }
    assert importing == {"relationships/prose.py"}


# --- Words ----------------------------------------------------------------------------------------------

NOT_TO_TRANSLATE = {"Alongside", "· Alongside"}
BARE = {"templates/500.html", "templates/styleguide.html"}
"""Shown when nothing works any more, so it uses nothing; and a page for whoever develops."""


def literal_words(text):
    """What a page template says outside of what is translated."""
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
    text = re.sub(r"\{% block page_class %\}[\w -]*\{% endblock %\}", "", text)
    text = re.sub(r"\{% blocktranslate.*?\{% endblocktranslate %\}", "", text, flags=re.S)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
    told = re.findall(
        r'(?:aria-label|title|alt|placeholder|data-(?:kept|lost|logged-out|copied))="([^"]+)"', text
    )
    return {
        words.strip() for words in [*re.split(r"<[^>]*>", text), *told] if re.search(r"[^\W\d_]{2,}", words)
    }


def test_no_words_are_hidden_from_translators():
    words = {
        named(path): literal_words(path.read_text()) - NOT_TO_TRANSLATE for path in templates("**/*.html")
    }
    assert len(words) > 100
    hidden = {path: found for path, found in words.items() if found and path not in BARE}
    assert hidden == {}
    assert [path for path in BARE if not words[path]] == [], "Translated after all: take it off the list."


def test_the_compiled_words_are_those_of_the_catalogue():
    words = polib.pofile(f"{CATALOGUE}.po")
    compiled = {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in polib.mofile(f"{CATALOGUE}.mo")}
    translated = {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in words.translated_entries()}
    assert compiled == translated
