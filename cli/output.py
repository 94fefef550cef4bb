"""What a command shows: one JSON document for programs, tables and sentences for people.

With `--json` standard output carries the document and nothing else; whatever people should see goes to
standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from points.domain.errors import PointsError
from points.i18n.catalogue import Catalogue
from points.i18n.language import Language

if TYPE_CHECKING:
    # Drawing costs a tenth of a second to import, and most scripts never draw.
    from rich.console import Console

# Where nothing is a terminal, nobody's window limits a table's width.
_UNLIMITED = 400
PROBLEMS = "https://points.invalid/problems/"


class Output:
    def __init__(self, language: Language, *, as_json: bool) -> None:
        self.language = language
        self.as_json = as_json

    @cached_property
    def catalogue(self) -> Catalogue:
        from cli.sentences import catalogue  # noqa: PLC0415 - read only when something is said

        return catalogue(self.language)

    def text(self, slug: str, /, **facts: object) -> str:
        return self.catalogue.sentence(slug, self.language, **facts)

    def say(self, slug: str, /, **facts: object) -> None:
        """A sentence to whoever looks on."""
        self._write(sys.stderr if self.as_json else sys.stdout, self.text(slug, **facts))

    def answer(self, document: Any, show: Callable[[], None]) -> None:
        """The command's result: the document, or what `show` draws of it."""
        if self.as_json:
            self._write(sys.stdout, json.dumps(document, ensure_ascii=False))
        else:
            show()

    def refusal(self, document: dict[str, Any]) -> None:
        """Why nothing was done."""
        if self.as_json:
            self._write(sys.stdout, json.dumps(document, ensure_ascii=False))
        detail = document.get("detail") or document.get("title") or document["type"]
        self._write(sys.stderr, str(detail))

    def error_document(self, error: PointsError) -> dict[str, Any]:
        """A problem document for what this process itself refuses, in the shape a server would send."""
        detail = self.catalogue.error(error, self.language)
        facts = {name: _plain(value) for name, value in error.facts.items()}
        return {"type": PROBLEMS + error.slug(), "title": detail, "detail": detail, **facts}

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table; columns are named by their slug after `column.`, numbers stand to the right."""
        from rich.table import Table  # noqa: PLC0415 - see above
        from rich.text import Text  # noqa: PLC0415

        lines = list(rows)
        if not lines:
            self.say("cli.nothing")
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for place, column in enumerate(columns):
            numeric = all(isinstance(line[place], int) or line[place] is None for line in lines)
            justify = "right" if numeric else "left"
            table.add_column(self._label(column), justify=justify, overflow="fold")  # type: ignore[arg-type]  # the literal is widened to str
        for line in lines:
            table.add_row(*(Text(self._cell(name, value)) for name, value in zip(columns, line, strict=True)))
        self._console.print(table)

    def rows(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """A table of documents; `why` is, where nothing else says it, what the document was refused for."""
        self.table(columns, ([self._member(row, column) for column in columns] for row in rows))

    def facts(self, document: Mapping[str, Any]) -> None:
        """Name and value, one a line; what lies within is drawn in."""
        for name, value in document.items():
            if isinstance(value, Mapping):
                self._write(sys.stdout, f"{self._label(name)}:")
                for inner, told in value.items():
                    self._write(sys.stdout, f"  {self._label(inner)}: {self._cell(inner, told)}")
            else:
                self._write(sys.stdout, f"{self._label(name)}: {self._cell(name, value)}")

    def _label(self, name: str) -> str:
        slug = f"column.{name.replace('_', '-')}"
        return self.catalogue.sentences[self.language].get(slug, name)

    def _member(self, row: Mapping[str, Any], column: str) -> object:
        name = column.replace("-", "_")
        if name == "why" and "why" not in row:
            slug = "error." + str(row.get("type", "")).removeprefix(PROBLEMS)
            return row.get("detail") or row.get("message") or self.text(slug, **row)
        return row.get(name)

    def _cell(self, column: str, value: object) -> str:
        return "–" if value is None else self.fact(column, value)

    def fact(self, name: str, value: object) -> str:
        """A fact as people read it: money, durations, days and moments by the end of its name."""
        from points.i18n.facts import shown  # noqa: PLC0415 - as above

        fact = name.replace("-", "_")
        return shown(
            fact,
            value,
            self.language,
            lambda word: self.catalogue.sentences[self.language].get(word.replace("_", "-")),
        )

    @contextmanager
    def working(self, slug: str, /, **facts: object) -> Iterator[Callable[[int], None]]:
        """Something slow is under way: on a terminal a moving line that counts what it is told."""
        if not sys.stderr.isatty():
            yield lambda _count: None
            return
        from rich.console import Console  # noqa: PLC0415 - as above
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(self.text(slug, **facts), total=None)
            yield lambda count: progress.update(task, completed=count)

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console  # noqa: PLC0415 - as above

        return Console() if sys.stdout.isatty() else Console(width=_UNLIMITED, soft_wrap=False)

    @staticmethod
    def _write(stream: Any, line: str) -> None:
        stream.write(line + "\n")
        stream.flush()


def _plain(value: object) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return str(value)
