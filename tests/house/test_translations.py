"""Every word a user sees is there in English and in Chinese."""

import pytest
from django.utils.translation import override

from gridhall.platform.tags import SENTENCES, Tag
from tests.house.messages import answers, asked, catalogs, placeholders, shown_words, templates
from tests.house.sources import where


def test_every_message_has_a_chinese_translation() -> None:
    missing = sorted({f"{where(path, line)} {key[1]!r}" for key, path, line in asked() if key not in answers()})
    assert not missing, f"{len(missing)} without translation:\n" + "\n".join(missing)


def test_a_translation_keeps_every_placeholder() -> None:
    wrong = []
    for path, catalog in catalogs().items():
        for message in catalog:
            source = message.id[-1] if isinstance(message.id, tuple) else message.id
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            wrong += [
                f"{where(path, message.lineno)} {source!r}"
                for text in strings
                if source and text and placeholders(text) != placeholders(source)
            ]
    assert not wrong, "\n".join(wrong)


def test_no_catalog_keeps_fuzzy_or_dead_entries() -> None:
    kept = [
        f"{where(path, message.lineno)} {message.id!r}"
        for path, catalog in catalogs().items()
        for message in catalog
        if message.id and message.fuzzy
    ]
    kept += [f"{where(path)} {key!r}" for path, catalog in catalogs().items() for key in catalog.obsolete]
    assert not kept, "\n".join(kept)


def test_a_template_shows_no_word_it_does_not_translate() -> None:
    bare = [
        f"{where(path, line)} {text}" for path in templates() for line, text in shown_words(path.read_text("utf-8"))
    ]
    assert not bare, "\n".join(bare)


@pytest.mark.parametrize(
    "template",
    ["<p>Hello</p>", '<img alt="A bill">', "<p>{{ name }} owes</p>", "<button>缴费</button>"],
)
def test_the_rule_sees_a_bare_word(template: str) -> None:
    assert list(shown_words(template))


@pytest.mark.parametrize(
    "template",
    [
        '<p class="lead">{% translate "Hello" %}</p>',
        "{% blocktranslate %}You owe {{ sum }}{% endblocktranslate %}",
        '<div hx-get="{% url "office:runs" %}" title="{% translate "Runs" %}">{{ energy }} kWh</div>',
        "{# a remark #}<!-- another --><script>const answer = 'yes';</script>",
    ],
)
def test_the_rule_lets_translated_words_pass(template: str) -> None:
    assert not list(shown_words(template))


def test_every_audited_verb_reads_in_both_languages() -> None:
    with override("en"):
        assert all(str(SENTENCES[tag]) for tag in Tag)
    with override("zh-hans"):
        english = [tag for tag in Tag if not any("\u4e00" <= letter <= "\u9fff" for letter in str(SENTENCES[tag]))]
    assert not english, "no Chinese sentence for: " + ", ".join(english)
