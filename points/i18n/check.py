"""`python -m points.i18n.check`: which sentences the program needs and the catalogue lacks, by language.

What is needed is read off the program itself: every error class of the tree, and every field and rule that an
error is raised with, as written in the source. Whatever one language has, the others need too.
"""

from __future__ import annotations

import ast
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import points
from points.domain.errors import PointsError, Refused
from points.i18n.catalogue import Catalogue
from points.i18n.language import Language

# Nobody raises these two: they only group the others.
_ABSTRACT = frozenset({PointsError, Refused})
# Facts of `Invalid` whose values are words of a closed vocabulary.
_VOCABULARIES = ("field", "rule")


def error_classes() -> list[type[PointsError]]:
    """Every error of the tree that the program defines, whichever module it stands in."""
    for module in pkgutil.walk_packages(points.__path__, prefix="points."):
        if not module.name.endswith(".__main__"):
            import_module(module.name)
    found = set(_descendants(PointsError)) - _ABSTRACT
    # Tests define errors of their own, which nobody outside ever reads.
    return sorted((e for e in found if e.__module__.startswith("points.")), key=lambda e: e.slug())


def vocabulary(root: Path) -> set[str]:
    """Slugs of the fields and rules named in calls under `root`, where both are given together."""
    found: set[str] = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= _words(node)
    return found


def needed(catalogue: Catalogue) -> set[str]:
    """Every slug that should have a sentence."""
    errors = {f"error.{error.slug()}" for error in error_classes()}
    anywhere = set().union(*(catalogue.slugs(language) for language in Language))
    return errors | vocabulary(Path(points.__path__[0])) | anywhere


def missing(catalogue: Catalogue) -> Mapping[Language, list[str]]:
    """The slugs without a sentence, for every language that lacks one."""
    wanted = needed(catalogue)
    lacking = {language: sorted(wanted - catalogue.slugs(language)) for language in Language}
    return {language: slugs for language, slugs in lacking.items() if slugs}


def main() -> int:
    lacking = missing(Catalogue.load())
    for language, slugs in lacking.items():
        for slug in slugs:
            sys.stdout.write(f"{language.value}\t{slug}\n")
    return 1 if lacking else 0


def _descendants(error: type[PointsError]) -> Iterator[type[PointsError]]:
    for child in error.__subclasses__():
        yield child
        yield from _descendants(child)


def _words(call: ast.Call) -> set[str]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if not all(name in given for name in _VOCABULARIES):
        return set()
    return {
        f"{name}.{value.value.replace('_', '-')}"
        for name in _VOCABULARIES
        if isinstance(value := given[name], ast.Constant) and isinstance(value.value, str)
    }


if __name__ == "__main__":
    sys.exit(main())
