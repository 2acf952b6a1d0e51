"""`gridhall pay`: a transfer is booked once, whoever types it twice."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gridhall.cis.ledger.queries import owed_fen, prepaid_fen
from gridhall.cis.payments.models import Payment
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.cis.facts import put_month, released


def pay(*words: str) -> str:
    out = StringIO()
    call_command("pay", *words, stdout=out)
    return out.getvalue()


def test_a_transfer_settles_the_bill_and_the_same_reference_again_changes_nothing(cast: Cast) -> None:
    put_month(cast, 202601)
    released(cast, 202601)
    account = cast.accounts["Ms Li"]
    first = pay(account.number, "1000.00", "--reference", "slip 1")
    assert "Still due: 0.00" in first
    assert owed_fen(account.pk) == 0
    prepaid = prepaid_fen(account.pk)
    assert prepaid > 0
    assert pay(account.number, "1000.00", "--reference", "slip 1") == first
    assert prepaid_fen(account.pk) == prepaid
    assert Payment.objects.within(EVERYTHING).count() == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("4200000000", "1.00"), "No account 4200000000"),
        (("{number}", "0"), "above zero"),
        (("{number}", "1.234"), "at most 2"),
        (("{number}", "ten"), "amount"),
    ],
)
def test_a_transfer_that_cannot_be_booked_says_why(cast: Cast, words: tuple[str, str], reason: str) -> None:
    number = cast.accounts["Ms Li"].number
    with pytest.raises(CommandError, match=reason):
        pay(*(word.format(number=number) for word in words), "--reference", "slip 2")
    assert not Payment.objects.within(EVERYTHING).exists()
