"""One box for everything a caller may say: found where it should be, and only there."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridhall.cis.customers.actions import create_customer, move_in
from gridhall.cis.customers.queries import search
from gridhall.cis.customers.search import index, tokens
from gridhall.cis.customers.supply import Supply
from gridhall.cis.network.actions import SupplyTerms, create_premise
from gridhall.platform.scope import EVERYTHING, NOTHING, Scope
from tests.cast import PARTS, START, Cast


def found(cast: Cast, text: str, scope: Scope = EVERYTHING) -> list[str]:
    """Names of the cast whose accounts a search gives, in its order."""
    names = {account.number: name for name, account in cast.accounts.items()}
    return [names.get(hit.number, hit.number) for hit in search(scope, text)]


def settle(cast: Cast, name: str, address: str = "东湾区海滨路5号", phone: str = "") -> str:
    """One more customer with an account; the answer is its number."""
    by = cast.actor("Clerk Wu")
    customer = create_customer(by, cast.station, "person", name, phone=phone)
    place = create_premise(by, cast.station, address, SupplyTerms(220, "residential", 8_000_000), START)
    return move_in(by, customer, place, cast.cycle, Supply("zhejiang-residential"), START).number


def test_everything_a_caller_may_say_finds_the_account(cast: Cast) -> None:
    number = cast.accounts["Ms Li"].number
    for text in (
        number, "李秀英", "秀英", "李秀", "13800010001", "138 0001 0001", "138-0001-0001", "0010001", "LH0000001",
        "人民路128号", "人民路 李秀英", "128号 秀英", "3单元502室", " 李秀英 ", "ＬＨ0000001",
    ):  # fmt: skip
        assert found(cast, text) == ["Ms Li"], text


def test_a_word_that_fits_several_finds_all_of_them(cast: Cast) -> None:
    assert set(found(cast, "望江区")) == set(PARTS)
    assert found(cast, "人民路") == ["Ms Li", "Lao Zhou"]
    assert set(found(cast, "0571888")) == {"Haisheng Foods", "Green Wheels", "No. 1 High School"}


def test_the_beginning_of_an_account_number_finds_accounts(cast: Cast) -> None:
    assert set(found(cast, "04000000")) == set(PARTS)
    assert found(cast, "040") == []  # too short to mean one account


def test_any_two_neighbouring_characters_of_a_name_find_it(cast: Cast) -> None:
    for name, part in PARTS.items():
        for start in range(len(part.zh) - 1):
            assert name in found(cast, part.zh[start : start + 2])


def test_what_is_nowhere_finds_nothing(cast: Cast) -> None:
    for text in (
        "",
        " ",
        "李",
        "秀李",
        "英秀",
        "99999999",
        "0499999999",
        "LH9999999",
        "李秀英 港前大道",
        "秀英x",
        "*",
        "\x00",
    ):
        assert found(cast, text) == [], text


def test_a_fragment_never_runs_from_one_field_into_the_next(cast: Cast) -> None:
    # The name ends in 英 and the address begins with 临.
    assert found(cast, "英临") == []


def test_latin_words_are_found_by_their_beginning_whatever_their_case(cast: Cast) -> None:
    number = settle(cast, "Mary O'Neill-Smith", "12 Harbour Road, Flat 3B")
    for text in ("mary", "MARY", "neill", "smi", "harbour road", "12 harb", "3b", "Neill-Smith"):
        assert found(cast, text) == [number], text
    assert found(cast, "arbour") == []


def test_characters_outside_the_basic_plane_are_found(cast: Cast) -> None:
    number = settle(cast, "䶮\U0002b8d5㛃")
    for text in ("䶮\U0002b8d5", "\U0002b8d5㛃", "䶮\U0002b8d5㛃"):
        assert found(cast, text) == [number]


def test_a_foreign_telephone_number_is_found_by_its_last_four(cast: Cast) -> None:
    number = settle(cast, "Mary Smith", phone="+44 20 7946 0958")
    assert found(cast, "0958") == [number]
    assert found(cast, "+442079460958") == [number]


def test_results_are_masked_except_for_organisations(cast: Cast) -> None:
    [hit] = search(EVERYTHING, "李秀英")
    assert (hit.name, hit.phone, hit.address) == ("李**", "138****0001", "临海市望江区人民路128号3单元502室")
    [hit] = search(EVERYTHING, "海盛食品")
    assert hit.name == "海盛食品有限公司"


def test_a_scope_finds_its_own_units_only(cast: Cast) -> None:
    assert found(cast, "李秀英", cast.actor("Clerk Wu").scope) == ["Ms Li"]
    assert found(cast, "李秀英", Scope(prefixes=("32/04/02/", "32/04/01/"))) == ["Ms Li"]
    number = cast.accounts["Ms Li"].number
    for scope in (cast.actor("Stranger").scope, Scope(prefixes=("32/04/02/",)), Scope(prefixes=("32/04/0/",)), NOTHING):
        for text in ("李秀英", "人民路", "13800010001", "LH0000001", number, number[:7]):
            assert found(cast, text, scope) == [], (scope, text)


def test_a_customer_searches_nobody_else(cast: Cast) -> None:
    assert found(cast, "人民路", cast.actor("Ms Li").scope) == []


def test_at_most_the_limit_comes_back(cast: Cast) -> None:
    assert len(search(EVERYTHING, "望江区", limit=3)) == 3


def test_the_whole_index_can_be_built_anew(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_search")
    assert found(cast, "李秀英") == []
    assert index.reindex_all() == len(PARTS)
    assert found(cast, "李秀英") == ["Ms Li"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=100))
def test_any_text_is_searched_without_a_fault(cast: Cast, text: str) -> None:
    search(EVERYTHING, text)
    search(cast.actor("Clerk Wu").scope, f'李秀英" OR "{text}')


@given(st.text(alphabet="王李小明人民路ab12 ", min_size=2, max_size=12), st.data())
def test_a_fragment_of_chinese_text_gives_words_in_the_order_of_the_document(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    document = tokens.document(text, "", "", "32/")
    for fragment in tokens.fragments(text[start:end]):
        for phrase in fragment.phrases:
            # A cut may fall inside a word of letters or digits, and then only its beginning is promised.
            if all("\u4e00" <= character <= "\u9fff" for word in phrase.words for character in word):
                assert any(tuple(document[i : i + len(phrase.words)]) == phrase.words for i in range(len(document)))


def test_words_of_a_document_are_pairs_words_groups_and_units() -> None:
    assert tokens.document("王小明", "13800", "人民路12号", "32/04/") == [
        "王小", "小明", "_", "人民", "民路", "12", "号", "_", "t1380", "t3800", "p32", "p32_04",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [("王", []), ("路128", [("128",)]), ("王小明路12", [("王小", "小明", "明路", "12")]), ("a", []), ("1", [])],
)
def test_a_lone_character_is_left_out(text: str, words: list[tuple[str, ...]]) -> None:
    assert [phrase.words for fragment in tokens.fragments(text) for phrase in fragment.phrases] == words
