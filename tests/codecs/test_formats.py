import io
from pathlib import Path

import pytest

from gridhall.codecs import errors, formats
from gridhall.codecs.errors import Code, CodecError, shown
from gridhall.codecs.formats import HEAD_BYTES, sniff
from tests.codecs.samples import long, long_day, sheet, wide, wide_line


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (wide(wide_line()), "wide_csv"),
        (wide(wide_line()).decode().encode("utf-16"), "wide_csv"),
        (long(*long_day()), "long_csv"),
        (long(*long_day(), header="计量点,数据时间,电量(kWh)").decode().encode("gb18030"), "long_csv"),
        (b"\xef\xbb\xbf100,NEM12,200402070911,MDA1,Ret1\n", "nem12"),
        (b"\n200,VABD000163,E1Q1,1,E1,N1,METSER123,kWh,30,\n", "nem12"),
        ("电能表编号,示数类型,抄表时间,示数\n".encode(), "registers_csv"),
        (b"PK\x03\x04....", "workbook"),
        (b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">', "green_button"),
        (b"<html>", None),
        (b"name,address\n", None),
        (b"%PDF-1.7", None),
        (b"\0\1\2", None),
        (b"", None),
        ("点".encode()[:2], None),
    ],
)
def test_a_file_is_known_by_its_beginning(head: bytes, name: str | None) -> None:
    assert sniff(head) == name


def test_the_samples_of_others_are_known(shared_data: Path) -> None:
    for path in sorted((shared_data / "protocols").glob("nem12/*.csv")):
        assert sniff(path.read_bytes()[:HEAD_BYTES]) == "nem12"
    for path in sorted((shared_data / "protocols").glob("greenbutton/*.xml")):
        assert sniff(path.read_bytes()[:HEAD_BYTES]) == "green_button"


def test_what_a_workbook_holds_is_known_by_its_first_row() -> None:
    hours = [f"v{i}" for i in range(1, 25)]
    books = {
        "wide_csv": ["point", "date", "unit", *hours],
        "long_csv": ["计量点", "数据时间", "电量(kWh)"],
        "registers_csv": ["表号", "示数类型", "抄表时间", "示数"],
        None: ["户号", "户名"],
    }
    for name, header in books.items():
        assert formats.inside(io.BytesIO(sheet(header))) == name


def test_the_reader_is_chosen_or_the_file_is_refused() -> None:
    data = wide(wide_line())
    assert len(list(formats.reader(data)(io.BytesIO(data), None))) == 1
    with pytest.raises(CodecError) as raised:
        formats.reader(b"name,address\n")
    assert raised.value.problem.message_code is Code.FORMAT_UNKNOWN


def test_every_code_has_one_sentence_that_names_a_remedy() -> None:
    assert set(errors.MESSAGES) == set(Code)
    for code, template in errors.MESSAGES.items():
        reason, _, remedy = template.partition("; ")
        assert reason and remedy.endswith(".") and ";" not in remedy, code
        sentence = errors.problem(code, row=3, value="x", expected=4, other_row=2).message
        assert "{" not in sentence, code


def test_a_value_is_shown_short_and_without_control_characters() -> None:
    assert shown("a\x00\x1b[31m\n") == r"a\x00\x1b[31m\n"
    assert shown("\u202e\u200b") == r"\u202e\u200b"
    assert len(shown("x" * 1000)) == 60
    assert shown("李女士") == "李女士"
