"""The engine: the same bytes every time, nothing in the data is ever run, and errors that name the field."""

import io
import json
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from gridhall.platform.documents import render
from gridhall.platform.documents.render import DocumentError, render_pdf
from tests.platform.documents.pdf import text
from tests.platform.documents.samples.common import LI
from tests.platform.documents.samples.home import MS_LI
from tests.platform.documents.samples.papers import INVOICE, LETTER, RECEIPT, STATEMENT
from tests.platform.documents.samples.works import HAISHENG

DOCUMENTS = {"bill": MS_LI, "invoice": INVOICE, "letter": LETTER, "receipt": RECEIPT, "statement": STATEMENT}


def named(name: str) -> render.BillDocument:
    return replace(MS_LI, account=replace(LI, name=name))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("template", DOCUMENTS)
def test_every_document_is_archival_accessible_and_dated_as_issued(template: str, language: str) -> None:
    pdf = PdfReader(io.BytesIO(render_pdf(template, DOCUMENTS[template], language=language)))
    assert pdf.trailer["/Root"]["/Lang"] == {"zh-hans": "zh-CN", "en": "en-GB"}[language]
    xmp = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp and "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert pdf.metadata.creation_date == datetime.fromisoformat(DOCUMENTS[template].issued_at)
    assert DOCUMENTS[template].number in pdf.metadata.title


def test_the_same_bill_gives_the_same_bytes_in_another_process() -> None:
    here = render_pdf("bill", HAISHENG, language="zh-hans")
    with get_context("spawn").Pool(1) as pool:
        there = pool.apply(render_pdf, ("bill", HAISHENG), {"language": "zh-hans"})
    assert here == there
    assert here == render_pdf("bill", HAISHENG, language="zh-hans")


def test_a_dictionary_read_from_json_prints_like_the_struct() -> None:
    stored = json.loads(msgspec.json.encode(MS_LI))
    assert render_pdf("bill", stored, language="en") == render_pdf("bill", MS_LI, language="en")


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        '"]; #panic("x") //',
        '#import "@preview/cetz:0.3.0"',
        "*bold* _it_ $x^2$ @ref <label> \\u{41}",
        "{number}{page}",
    ],
)
def test_template_code_in_a_name_prints_as_it_stands(name: str) -> None:
    assert "".join(name.split()) in text(render_pdf("bill", named(name), language="en"))


def test_templates_cannot_read_outside_their_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "bill.typ").write_text('#read("../outside.txt")')
    monkeypatch.setattr(render, "TEMPLATES", tmp_path / "templates")
    monkeypatch.setattr(render, "_compiler", render._compiler.__wrapped__)
    with pytest.raises(DocumentError, match=r"outside|denied|root"):
        render_pdf("bill", MS_LI, language="en")


@pytest.mark.parametrize("character", "䶮㛃喆堃玥璟旻镕翀𰻝")
def test_rare_characters_of_legal_names_are_printed(character: str) -> None:
    assert f"李{character}明" in text(render_pdf("bill", named(f"李{character}明"), language="zh-hans"))


def test_a_character_without_a_glyph_is_marked_and_the_bill_still_prints() -> None:
    assert "李〓明" in text(render_pdf("bill", named("李𠮷明"), language="zh-hans"))


def test_direction_and_control_codes_are_taken_out_of_a_name() -> None:
    assert "李ab明" in text(render_pdf("bill", named("李\u202ea\x00b\u2066明"), language="zh-hans"))


def test_a_name_without_a_blank_stays_on_the_page() -> None:
    pdf = PdfReader(io.BytesIO(render_pdf("bill", named("W" * 300), language="en")))
    edge = float(pdf.pages[0].mediabox.right)
    ends: list[float] = []
    pdf.pages[0].extract_text(
        visitor_text=lambda run, _, matrix, __, size: ends.append(matrix[4] + 0.9 * size * run.strip().count("W"))
    )
    assert max(ends) < edge


@pytest.mark.parametrize(
    ("template", "changes", "message"),
    [
        ("bill", {"account": None}, r"\$\.account"),
        ("bill", {"due_on": "20 November"}, r"\$\.due_on"),
        ("bill", {"due_on": "2026-13-01"}, r"\$\.due_on"),
        ("bill", {"content_sha256": "abc"}, r"\$\.content_sha256"),
        ("bill", {"amount": 12567}, r"\$\.amount"),
        ("bill", {"kind": "reversal"}, "refers_to"),
        ("bill", {"issued_at": "2026-02-30T06:30:00+08:00"}, "day is out of range"),
        ("bill", {"issued_at": "2026-11-02T06:30:00"}, r"\$\.issued_at"),
        ("bill", {"amuont": "1.00"}, "amuont"),
        ("receipt", {"number": "R 1"}, r"\$\.number"),
        ("statement", {"rows": [{"on": "2026-11-02", "what": {"zh": "a", "en": "b"}, "balance": "1"}]}, "debit"),
    ],
)
def test_wrong_data_is_refused_by_field(template: str, changes: dict[str, object], message: str) -> None:
    data = {**msgspec.to_builtins(DOCUMENTS[template]), **changes}
    with pytest.raises(DocumentError, match=message):
        render_pdf(template, data, language="en")


def test_unknown_templates_and_languages_are_refused() -> None:
    with pytest.raises(DocumentError, match=r"no template '\.\./bill'"):
        render_pdf("../bill", MS_LI, language="en")
    with pytest.raises(DocumentError, match="'fr' is not printed"):
        render_pdf("bill", MS_LI, language="fr")  # type: ignore[arg-type]


def test_missing_fonts_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "FONT_FILES", (tmp_path / "NotoSansSC-Regular.ttf",))
    monkeypatch.setattr(render, "_compiler", render._compiler.__wrapped__)
    with pytest.raises(DocumentError, match=r"NotoSansSC-Regular\.ttf are missing"):
        render_pdf("bill", MS_LI, language="en")
