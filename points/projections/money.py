"""Tables of money: funds, budgets, and what each budget's points did. `funds` fills and reads them."""

from __future__ import annotations

from sqlalchemy import Index, Table

from points.projections.columns import count_column, day_column, id_column, read_metadata, text_column

funds = Table(
    "funds",
    read_metadata,
    id_column("fund_id", key=True),
    text_column("kind"),
    text_column("area_code"),
    id_column("name_ref"),
    count_column("received_fen"),
    count_column("reserved_fen"),
    count_column("returned_fen"),
    count_column("paid_fen"),
    count_column("claims_fen"),
    sqlite_with_rowid=False,
)

budgets = Table(
    "budgets",
    read_metadata,
    id_column("budget_id", key=True),
    id_column("fund_id"),
    text_column("area_code"),
    day_column("period_from"),
    day_column("period_until"),
    count_column("reserved_fen"),
    count_column("committed_fen"),
    Index("budgets_fund", "fund_id"),
    Index("budgets_area", "area_code"),
    sqlite_with_rowid=False,
)

budget_takings = Table(
    "budget_takings",
    read_metadata,
    id_column("budget_id", key=True),
    count_column("redeemed_points"),
    count_column("redeemed_value_fen"),
    count_column("redeemed_pay_fen"),
    count_column("refunded_points"),
    count_column("refunded_value_fen"),
    count_column("refunded_pay_fen"),
    count_column("closed_points"),
    count_column("settled_points"),
    count_column("settled_value_fen"),
    count_column("settled_pay_fen"),
    sqlite_with_rowid=False,
    comment="by backing budget; closed: refunded to the fund, not to a lot; settled: paid",
)
