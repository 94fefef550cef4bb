"""All read models, in the order in which they are written."""

from __future__ import annotations

from points.projections.accounts import Accounts
from points.projections.activities import Activities
from points.projections.adjustments import Adjustments
from points.projections.admissions import Admissions
from points.projections.alarms import Alarms
from points.projections.areas import Areas
from points.projections.budget_standing import BudgetStanding
from points.projections.categories import Categories
from points.projections.disputes import Disputes
from points.projections.dues import Dues
from points.projections.fund_history import FundHistory
from points.projections.fund_uses import FundUses
from points.projections.funds import Funds
from points.projections.groups import Groups
from points.projections.honours import Honours
from points.projections.hours import Hours
from points.projections.issues import IssueLedger
from points.projections.menu import Menu
from points.projections.merchants import Merchants
from points.projections.model import ReadModel
from points.projections.offers import Offers
from points.projections.requests import Requests
from points.projections.schemes import Schemes
from points.projections.settlements import Settlements
from points.projections.staff import StaffModel
from points.projections.statements import Statements
from points.projections.takings import Takings
from points.projections.visits import Visits
from points.projections.volunteers import Volunteers
from points.projections.webhooks import Webhooks


def all_models() -> tuple[ReadModel, ...]:
    """Fresh ones: a projector's models gather its own pages."""
    return (
        Areas(),
        Volunteers(),
        StaffModel(),
        Activities(),
        Hours(),
        Schemes(),
        Funds(),
        Accounts(),
        Statements(),
        Merchants(),
        Takings(),
        Adjustments(),
        Categories(),
        BudgetStanding(),
        FundHistory(),
        FundUses(),
        Offers(),
        Dues(),
        Settlements(),
        Disputes(),
        Alarms(),
        Webhooks(),
        Groups(),
        Honours(),
        Menu(),
        Requests(),
        IssueLedger(),
        Visits(),
        Admissions(),
    )
