"""One bill out of an uploaded file, by the reader of other systems' bills and the columns that its words propose."""

from __future__ import annotations

import io
from datetime import date

from django.utils.translation import gettext as _

from gridhall.cis.advice.shadow.other import OtherBill, of_file
from gridhall.codecs import legacy_bills as codec
from gridhall.codecs.errors import CodecError, FileProblem
from gridhall.platform.errors import Refused
from gridhall.readings.importing.problems import from_codec, reason_and_remedy

BYTES_MAX = 2 << 20  # a bill, or a year of them; whole systems come in by a parallel run
FOUND_MAX = 20_000  # bills and rows looked through for the one


def read_bill(content: bytes, file_name: str, number: str, month: int, days: tuple[date, date]) -> OtherBill:
    """The bill of ``number`` in ``month``, or the only one there is; ``days`` where the file does not say them.

    Raises Refused, naming row, field and remedy.
    """
    if len(content) > BYTES_MAX:
        raise Refused(_("The file is larger than %(most)s MiB; send one bill.") % {"most": BYTES_MAX >> 20})
    try:
        looked = codec.look(io.BytesIO(content))
        mapping, _known = codec.propose(looked)
        lacking = [target for target in codec.fits(looked, mapping) if target != "account"]
        if lacking:
            raise Refused(_("The file has no column for the amount; type the bill in instead."))
        bills, problems = _bills(content, mapping, month)
    except CodecError as error:
        raise Refused(_told(error.problem)) from error
    own = [bill for bill in bills if bill.account == number] or (bills if len(bills) == 1 else [])
    if len(own) == 1:
        return of_file(own[0], days, added=mapping.components_added, file_name=file_name)
    if not bills and problems:
        raise Refused(_told(problems[0]))
    facts = {"count": len(bills), "number": number}
    if own:
        raise Refused(_("The file holds several bills of account %(number)s; send one.") % facts)
    raise Refused(_("The file holds %(count)s bills and none of account %(number)s; send the one it is about.") % facts)


def _bills(content: bytes, mapping: codec.ColumnMap, month: int) -> tuple[list[codec.LegacyBill], list[FileProblem]]:
    bills: list[codec.LegacyBill] = []
    problems: list[FileProblem] = []
    for n, found in enumerate(codec.read(io.BytesIO(content), mapping, month)):
        if n > FOUND_MAX:
            raise Refused(_("The file holds too many rows for one bill; send one bill."))
        if isinstance(found, codec.LegacyBill):
            bills.append(found)
        elif isinstance(found, codec.BadRow):
            problems.append(found.problem)
    return bills, problems


def _told(problem: FileProblem) -> str:
    """Where, what, and what to do, in one sentence."""
    reason, remedy = reason_and_remedy(from_codec(problem))
    place = _("Row %(row)s: ") % {"row": problem.row} if problem.row else ""
    return f"{place}{reason}; {remedy}" if remedy else f"{place}{reason}"
