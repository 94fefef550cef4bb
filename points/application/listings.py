"""The lists of resources and projects, claimed from both sides."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act, OutsideScope
from points.application.scope import claimant_of, home_of, person, readable_area
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.claims import Claimant, ClaimantKind
from points.domain.errors import Invalid
from points.domain.listing import Listing, ListingKind, ListingStage
from points.domain.values import Role
from points.projections import menu as menu_model


class Listings:
    """What can be given, and what is planned."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def publish(
        self,
        call: Call,
        kind: str,
        *,
        title: str,
        area: str | None = None,
        owner_kind: str | None = None,
        owner_id: UUID | None = None,
    ) -> Answer:
        """Offer a resource or a project. Raises OutsideScope, Invalid, ProjectNeedsOrganisation."""
        access.require(call.actor, Act.PUBLISH_LISTING)
        if not title.strip():
            raise Invalid(field="title", rule="missing")
        own = call.actor.role is Role.VOLUNTEER
        code = home_of(self._tools, call.actor) if own else area
        if code is None:
            raise Invalid(field="area", rule="missing")
        owner = claimant_of(self._tools, call, Act.PUBLISH_LISTING, code, owner_kind, owner_id)

        def decide(work: Work) -> Body:
            listing_id = work.new_id()
            work.unit.add(
                Listing.publish(
                    work.at,
                    listing_id,
                    kind=ListingKind(kind),
                    area_code=code,
                    owner=owner,
                    title_ref=work.text(listing_id, title.strip()),
                    published_by=person(call.actor),
                )
            )
            return {"listing_id": str(listing_id)}

        told = [kind, title, code, owner_kind, str(owner_id)]
        return self._tools.change(call, "listings.publish", told, decide)

    def claim(
        self,
        call: Call,
        listing_id: UUID,
        *,
        claimant_kind: str | None = None,
        claimant_id: UUID | None = None,
    ) -> Answer:
        """Come forward for it. Raises OwnListing, ListingNotAtStage."""
        access.require(call.actor, Act.CLAIM_LISTING)

        def decide(work: Work) -> Body:
            listing = work.unit.get(Listing, listing_id)
            path = self._tools.areas().path(listing.area_code)
            if call.actor.role is Role.VOLUNTEER:
                claimant = Claimant(ClaimantKind.VOLUNTEER, person(call.actor))
            else:
                access.require_in_area(call.actor, Act.CLAIM_LISTING, path)
                if claimant_id is None or claimant_kind not in set(ClaimantKind):
                    raise Invalid(field="claimant", rule="unknown")
                claimant = Claimant(ClaimantKind(claimant_kind), claimant_id)
            listing.claim(work.at, claimant, claimed_by=person(call.actor))
            return _told(listing)

        told = [str(listing_id), claimant_kind, str(claimant_id)]
        return self._tools.change(call, "listings.claim", told, decide)

    def step(self, call: Call, listing_id: UUID, step: str, *, reason: str | None = None) -> Answer:
        """`agree`, `decline`, `fulfil` or `withdraw`: the owner's side, and for `decline` also the claimant's."""
        access.require(call.actor, Act.PUBLISH_LISTING)

        def decide(work: Work) -> Body:
            listing = work.unit.get(Listing, listing_id)
            self._require_side(call, listing, claimant_too=step == "decline")
            by = person(call.actor)
            if step == "agree":
                listing.agree(work.at, agreed_by=by)
            elif step == "fulfil":
                listing.fulfil(work.at, reported_by=by)
            elif step == "withdraw":
                listing.withdraw(work.at, withdrawn_by=by)
            else:
                reason_ref = work.text(listing_id, reason) if reason else None
                listing.decline(work.at, reason_ref=reason_ref, declined_by=by)
            return _told(listing)

        return self._tools.change(call, f"listings.{step}", [str(listing_id), reason], decide)

    def _require_side(self, call: Call, listing: Listing, *, claimant_too: bool) -> None:
        sides = [listing.owner, *([listing.claimant] if claimant_too and listing.claimant else [])]
        if any(side.id == person(call.actor) for side in sides):
            return
        if call.actor.role is Role.VOLUNTEER or all(s.kind is ClaimantKind.VOLUNTEER for s in sides):
            raise OutsideScope(action=Act.PUBLISH_LISTING.value)
        path = self._tools.areas().path(listing.area_code)
        access.require_in_area(call.actor, Act.PUBLISH_LISTING, path)

    def list(
        self,
        call: Call,
        kind: str,
        *,
        area: str | None,
        limit: int,
        after: UUID | None = None,
        state: str | None = None,
    ) -> Body:
        """One of the two lists, by age."""
        if state is not None and state not in set(ListingStage):
            raise Invalid(field="state", rule="unknown")
        code = readable_area(self._tools, call, Act.READ_LISTINGS, area)
        with self._tools.reading() as connection:
            found = menu_model.listings_in(connection, code, kind, limit, after, stage=state)
        with self._tools.looking() as desk:
            titles = desk.vault.get_many([listing.title_ref for listing in found])
        rows = [
            {
                "listing_id": str(one.listing_id),
                "area": one.area_code,
                "title": titles.get(one.title_ref, {}).get("text"),
                "owner_kind": one.owner_kind,
                "state": one.stage,
                "claimant_kind": one.claimant_kind,
            }
            for one in found
        ]
        return {"listings": rows, "next": rows[-1]["listing_id"] if len(rows) == limit else None}


def _told(listing: Listing) -> Body:
    return {"listing_id": str(listing.id), "stage": listing.stage.value}
