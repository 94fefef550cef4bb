"""Files that are sent in, and the reports about their lines."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, File, Form, Request, UploadFile
from starlette.responses import Response

from api.dependencies import reported
from points.application.imports import ImportReport
from points.domain.errors import Invalid
from points.i18n.catalogue import Catalogue
from points.i18n.language import Language, negotiate

Upload = Annotated[UploadFile, File(description="A spreadsheet or CSV, as the office keeps it.")]
DryRun = Annotated[bool, Form(description="Decide every line, enter none.")]


class Said:
    """The refusals of a report in the caller's language."""

    def __init__(self, request: Request) -> None:
        self._catalogue: Catalogue = request.app.state.catalogue
        self._language = negotiate(request.headers.get("accept-language"))

    def answer(self, report: ImportReport) -> Response:
        """200 whatever became of the lines: the file was read, and the report says the rest."""
        body = report.body()
        for line in body["refused"]:
            line["message"] = sentence(self._catalogue, self._language, line)
        return reported(body, 200)


Saying = Annotated[Said, Depends(Said)]


def sentence(catalogue: Catalogue, language: Language, line: dict[str, Any]) -> str:
    """Which column, and what is wrong with it; a rule without a sentence is named by its slug."""
    slug = f"rule.{line['rule']}"
    known = slug in catalogue.slugs(language)
    rule = catalogue.sentence(slug, language, **line["facts"]) if known else line["rule"]
    return catalogue.sentence("error.invalid", language, field=line["field"], rule=rule)


async def only_known_fields(request: Request) -> None:
    """A misspelt `dry_run` must not turn a rehearsal into an import."""
    known = {"file", "dry_run", "area", "reason"}
    for name in (await request.form()).keys() - known:
        raise Invalid(field=name[:40], rule="unknown")
