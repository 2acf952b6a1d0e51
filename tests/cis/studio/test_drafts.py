"""A draft is written in revisions, submitted, and published by a second person as a new version."""

import json
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from gridhall.cis.studio import actions, queries
from gridhall.cis.studio.models import Draft
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import in_force
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.models import AuditEvent
from tests.cast import Cast
from tests.cis.facts import put_month, released

pytestmark = pytest.mark.usefixtures("english")

MAY, JUNE, YEAR_END = date(2026, 5, 1), date(2026, 6, 1), date(2027, 1, 1)
CODE = "zhejiang-residential"


def copied(cast: Cast, valid_from: date = JUNE) -> Draft:
    base = TariffVersion.objects.get(tariff__code=CODE)
    return actions.create(cast.actor("Biller Gao"), valid_from, base_id=base.pk)


def dearer(cast: Cast, draft: Draft, by: str = "Biller Gao") -> None:
    last = queries.latest(draft)
    assert "total: '0.538'" in last.text
    actions.revise(cast.actor(by), draft.pk, last.text.replace("total: '0.538'", "total: '0.548'"), last.number)


def published(cast: Cast, draft: Draft, reason: str = "", by: str = "Checker He") -> Draft:
    return actions.publish(cast.actor(by), draft.pk, queries.latest(draft).number, (), reason)


def test_a_copy_keeps_everything_but_the_day(cast: Cast) -> None:
    draft = copied(cast)
    changed = [line for line in queries.diff_to_base(draft) if line.sign]
    assert [line.sign for line in changed] == ["-", "+"]
    assert all(line.text.startswith("valid_from") for line in changed)


def test_a_draft_becomes_a_version_by_two_people(cast: Cast) -> None:
    draft = copied(cast)
    dearer(cast, draft)
    actions.submit(cast.actor("Biller Gao"), draft.pk)
    done = published(cast, draft)
    assert done.state == Draft.State.PUBLISHED
    assert done.published.valid_from == JUNE
    pieces = in_force(CODE, MAY, date(2026, 7, 1))
    assert [(piece.first, piece.version.energy[0].prices.total) for piece in pieces] == [
        (MAY, 53_800_000),
        (JUNE, 54_800_000),
    ]
    first = TariffVersion.objects.filter(tariff__code=CODE).earliest("pk")
    assert first.valid_to is None  # the predecessor stays as stored


def test_who_began_or_last_revised_it_does_not_publish(cast: Cast) -> None:
    base = TariffVersion.objects.get(tariff__code=CODE)
    draft = actions.create(cast.actor("Checker He"), JUNE, base_id=base.pk)
    actions.submit(cast.actor("Biller Gao"), draft.pk)
    with pytest.raises(Refused, match="second person") as refusal:
        published(cast, draft)
    assert refusal.value.status == 422
    other = copied(cast)
    dearer(cast, other, by="Checker He")
    actions.submit(cast.actor("Biller Gao"), other.pk)
    with pytest.raises(Refused, match="second person"):
        published(cast, other)
    with pytest.raises(NotAllowed):
        published(cast, other, by="Biller Gao")


def test_every_save_is_a_new_revision_and_none_is_changed(cast: Cast) -> None:
    draft = copied(cast)
    dearer(cast, draft)
    rows = list(draft.revisions.all())
    assert [row.number for row in rows] == [1, 2]
    rows[0].text = "something else"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows[0].save()
    with pytest.raises(Refused, match="Biller Gao has saved revision 2"):
        actions.revise(cast.actor("Checker He"), draft.pk, "code: other", 1)


def test_an_unfinished_text_is_kept_and_not_submitted(cast: Cast) -> None:
    draft = actions.create(cast.actor("Biller Gao"), JUNE)
    actions.revise(cast.actor("Biller Gao"), draft.pk, "code: half-done\n", 1)
    assert Draft.objects.get(pk=draft.pk).code == "half-done"
    with pytest.raises(Refused, match="required field"):
        actions.submit(cast.actor("Biller Gao"), draft.pk)


def test_a_change_after_submitting_needs_to_be_submitted_again(cast: Cast) -> None:
    draft = copied(cast)
    actions.submit(cast.actor("Biller Gao"), draft.pk)
    dearer(cast, draft)
    with pytest.raises(Refused, match="Draft"):
        published(cast, draft)


def test_each_warning_is_acknowledged(cast: Cast) -> None:
    text = (
        queries.latest(copied(cast)).text
        + "checks: {peak: '1.5'}\ncomponents:\n"
        + ("- code: base\n  name: {en: Base, zh: 基础}\n  kind: other\n  floats: true\n  prices: {total: '0.5'}\n")
    )
    draft = actions.create(cast.actor("Biller Gao"), JUNE, text=text)
    actions.submit(cast.actor("Biller Gao"), draft.pk)
    with pytest.raises(Refused, match=r"components sum to 0\.50"):
        published(cast, draft)
    warning = "energy.flat: components sum to 0.5000, printed 0.5380: -0.0380"
    done = actions.publish(cast.actor("Checker He"), draft.pk, 1, [warning])
    assert done.acknowledged == [warning]


def test_over_billed_days_only_as_a_correction_with_its_reason(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    draft = copied(cast, date(2026, 1, 1))
    dearer(cast, draft)
    actions.submit(cast.actor("Biller Gao"), draft.pk)
    with pytest.raises(Refused, match="3 bills cover days from 2026-01-01"):
        published(cast, draft)
    done = published(cast, draft, reason="the notice was read wrongly")
    assert done.state == Draft.State.PUBLISHED
    event = AuditEvent.objects.filter(tag="tariff-draft:publish").latest("pk")
    assert json.loads(event.detail)["reason"] == "the notice was read wrongly"


def test_bills_before_the_day_are_no_hindrance(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    draft = copied(cast, YEAR_END)
    actions.submit(cast.actor("Biller Gao"), draft.pk)
    assert published(cast, draft).published.valid_from == YEAR_END


def test_a_discarded_draft_stays_readable_and_ends(cast: Cast) -> None:
    draft = copied(cast)
    actions.comment(cast.actor("Checker He"), draft.pk, "wrong notice")
    actions.discard(cast.actor("Biller Gao"), draft.pk, "the notice was withdrawn")
    assert queries.draft(cast.actor("Biller Gao").scope, draft.public_id).comments.get().revision == 1
    with pytest.raises(Refused, match="Discarded"):
        actions.submit(cast.actor("Biller Gao"), draft.pk)


@pytest.mark.parametrize("verb", ["revise", "comment", "submit", "discard", "publish"])
def test_to_the_stranger_a_draft_does_not_exist(cast: Cast, verb: str) -> None:
    draft, stranger = copied(cast), cast.actor("Stranger")
    given = {"revise": ("x", 1), "comment": ("x",), "submit": (), "discard": ("x",), "publish": (1,)}[verb]
    with pytest.raises(NotInScope):
        getattr(actions, verb)(stranger, draft.pk, *given)


def test_a_clerk_does_not_draft(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.create(cast.actor("Clerk Wu"), JUNE)
