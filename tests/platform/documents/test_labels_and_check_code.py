"""Both languages carry the same labels, each label is used, and the check code is what the check page expects."""

import json
import re

import segno

from gridhall.platform.documents.qr import check_code, qr_svg
from gridhall.platform.documents.render import TEMPLATES
from tests.platform.documents.samples.home import MS_LI

LABELS = {language: json.loads((TEMPLATES / f"labels.{language}.json").read_text()) for language in ("zh-hans", "en")}
# Looked up by a key that comes from the data or from a table's columns.
BY_KEY = {"sharp", "peak", "flat", "valley", "deep", "total", "reversal", "rebill", "reversal_hint", "rebill_hint"} | {
    "last_reading", "this_reading", "metered", "multiplier", "transformer_loss", "line_loss", "adjustment", "billed",
}  # fmt: skip


def test_both_languages_have_the_same_labels_with_the_same_blanks() -> None:
    assert LABELS["en"].keys() == LABELS["zh-hans"].keys()
    for key, words in LABELS["en"].items():
        blanks = re.findall(r"{\w+}", str(words))
        assert sorted(blanks) == sorted(re.findall(r"{\w+}", str(LABELS["zh-hans"][key]))), key


def test_every_label_is_used_and_every_used_label_exists() -> None:
    source = "".join(path.read_text() for path in TEMPLATES.glob("*.typ"))
    used = set(re.findall(r"labels\.(\w+)", source)) | set(re.findall(r'label\("(\w+)"', source))
    assert used - {"at"} | BY_KEY == LABELS["en"].keys()


def test_the_check_code_names_kind_number_and_the_head_of_the_hash() -> None:
    code = check_code("bill", MS_LI.number, MS_LI.content_sha256)
    assert code == f"GRIDHALL:BILL:B202610-0000123:{MS_LI.content_sha256[:16]}"


def test_the_qr_code_holds_that_text() -> None:
    drawn = qr_svg("GRIDHALL:BILL:1:0123456789abcdef")
    path = re.search(r'\bd="([^"]+)"', drawn)
    expected = re.search(
        r'\bd="([^"]+)"', segno.make("GRIDHALL:BILL:1:0123456789abcdef", error="m", micro=False).svg_inline(border=0)
    )
    assert path and expected and path[1] == expected[1]
