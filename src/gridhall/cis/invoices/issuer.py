"""The port to a tax service, and the driver for one that is reached by files.

``settings.INVOICE_ISSUER`` names another driver: a function without arguments that gives an ``Issuer``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from gridhall.cis.invoices.document import InvoiceDocument, as_json, as_xml
from gridhall.platform.files import write_whole

BYTES_MAX = 8 * 1024 * 1024
COLUMNS = ("id", "number", "issued_on", "problem")


@dataclass(frozen=True)
class Answer:
    """What a tax service says about one invoice: a number and a day, or a problem. ``row`` names its place."""

    id: str
    number: str
    issued_on: str
    problem: str
    row: int


@dataclass(frozen=True)
class Batch:
    """Answers that came together, under a name that keeps them apart from others."""

    name: str
    answers: list[Answer]
    fault: str = ""


class Issuer(Protocol):
    """``send`` may be called again with the same document and must not issue it twice; its ``id`` tells."""

    def send(self, invoice: InvoiceDocument) -> None: ...

    def answers(self) -> Iterator[Batch]: ...

    def done(self, batch: Batch, refused: list[tuple[Answer, str]]) -> None: ...


def issuer() -> Issuer:
    """The driver that this installation is set to."""
    made: Issuer = import_string(getattr(settings, "INVOICE_ISSUER", "gridhall.cis.invoices.issuer.by_files"))()
    return made


def by_files() -> FileIssuer:
    """The driver by files, below the message folder."""
    return FileIssuer(Path(settings.MESSAGE_FOLDER) / "invoices")


class FileIssuer:
    """``out`` holds a JSON and an XML file per invoice; ``in`` takes CSV files of numbers; ``done`` keeps them.

    What cannot be taken of a file is written beside it, row by row with the reason, so that nothing is lost.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, invoice: InvoiceDocument) -> None:
        write_whole(self.folder / "out" / f"{invoice.id}.xml", as_xml(invoice))
        write_whole(self.folder / "out" / f"{invoice.id}.json", as_json(invoice))

    def answers(self) -> Iterator[Batch]:
        for path in sorted((self.folder / "in").glob("*.csv")):
            yield self._read(path)

    def _read(self, path: Path) -> Batch:
        if path.stat().st_size > BYTES_MAX:
            return Batch(path.name, [], f"the file has more than {BYTES_MAX // 1024 // 1024} MB; give it in parts")
        try:
            table = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
            if not {"id", "number", "issued_on"} <= set(table.fieldnames or ()):
                return Batch(path.name, [], f"the first row needs the columns {', '.join(COLUMNS[:3])}")
            rows = [
                Answer(*((row.get(name) or "").strip() for name in COLUMNS), row=n) for n, row in enumerate(table, 2)
            ]
        except (UnicodeDecodeError, csv.Error) as error:
            return Batch(path.name, [], f"the file is not CSV in UTF-8: {error}")
        return Batch(path.name, rows)

    def done(self, batch: Batch, refused: list[tuple[Answer, str]]) -> None:
        if batch.fault or refused:
            text = io.StringIO()
            table = csv.writer(text)
            table.writerow(["row", *COLUMNS, "reason"])
            table.writerows([one.row, one.id, one.number, one.issued_on, one.problem, why] for one, why in refused)
            if batch.fault:
                table.writerow(["", "", "", "", "", batch.fault])
            write_whole(self.folder / "done" / f"{batch.name}.refused.csv", text.getvalue().encode())
        (self.folder / "done").mkdir(parents=True, exist_ok=True)
        (self.folder / "in" / batch.name).replace(self.folder / "done" / batch.name)
