from __future__ import annotations

import ast
from pathlib import Path

import cli
from cli import errors
from cli.sentences import own
from points.domain.errors import PointsError
from points.i18n.catalogue import placeholders
from points.i18n.language import Language

SOURCE = Path(cli.__path__[0])


def test_every_language_has_the_same_sentences_with_the_same_facts() -> None:
    told = {language: own(language) for language in Language}
    slugs = {language: set(sentences) for language, sentences in told.items()}
    assert slugs[Language.EN] == slugs[Language.ZH_HANS] == slugs[Language.ZH_HANT]
    for slug, sentence in told[Language.EN].items():
        for language in Language:
            assert placeholders(told[language][slug]) == placeholders(sentence), slug


def test_every_sentence_that_the_source_names_exists() -> None:
    named = {
        node.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("cli.")
    }
    slugs = {name for name in named if name.count(" ") == 0 and not name.startswith("cli.commands")}
    missing = slugs - own(Language.EN).keys() - {"cli.statement."}
    assert not missing


def test_every_error_of_the_command_line_has_a_sentence() -> None:
    found = {
        f"error.{thing.slug()}"
        for thing in vars(errors).values()
        if isinstance(thing, type) and issubclass(thing, PointsError) and thing.__module__ == errors.__name__
    }
    assert found
    assert found <= own(Language.EN).keys()
