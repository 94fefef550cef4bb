"""Reading the office files that staff really keep: bytes in, lines and refusals out.

Nothing here knows a store, a clock or an account. A line that reads well is a value; a line that does not is
a refusal with its physical row, so that whoever keeps the file finds the place. Whether a person is known,
a line is a repetition or two services overlap is decided by the use case, which knows the store.
"""

from points.application.sheets.areas import AreaNames, AreaRow
from points.application.sheets.errors import (
    FileTooLarge,
    FileUnreadable,
    HeaderAmbiguous,
    HeaderNotFound,
    SheetError,
)
from points.application.sheets.roster import RosterLine, RosterReading, read_roster
from points.application.sheets.rules import Field, LineRefusal, Rule
from points.application.sheets.signin import SigninLine, SigninReading, read_signins

__all__ = [
    "AreaNames",
    "AreaRow",
    "Field",
    "FileTooLarge",
    "FileUnreadable",
    "HeaderAmbiguous",
    "HeaderNotFound",
    "LineRefusal",
    "RosterLine",
    "RosterReading",
    "Rule",
    "SheetError",
    "SigninLine",
    "SigninReading",
    "read_roster",
    "read_signins",
]
