"""Every case of the golden file comes out as computed by hand."""

from __future__ import annotations

from gridhall.cis.cases.calculate import calculate
from tests.cast import Cast
from tests.cis.cases import golden
from tests.cis.cases.conftest import OTHERS
from tests.cis.facts import put_month, released


def test_every_case_comes_out_as_computed_by_hand(evaded: Cast) -> None:
    for month in range(202601, 202607):
        put_month(evaded, month, leave_out=(*OTHERS, "Haisheng Foods"))
        released(evaded, month)
    cases = golden.read()
    assert len(cases) >= 15
    for case in cases:
        found = calculate(case.kind, evaded.accounts[case.account], case.terms, case.found_on)
        assert golden.shown(found) == case.expected, case.title
