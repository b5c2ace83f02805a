"""Topics: recognised from week to week, named without anybody's private words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.domain.facts import Fact, FactKind
from shared.domain.naming import Namer
from shared.domain.observation import EngineVersion
from shared.domain.topics import read_fact, recognised, requests, terms_of
from tests.unit.domain.samples import seen
from tests.unit.topics.asking import START, WORDS, asked, steadily, text_of

NOW = START + timedelta(days=30)


def test_a_request_comes_back_from_its_fact_without_a_word_of_it():
    one = asked(1, "refund", START)
    read = seen().model_copy(update={"embedding": b"\x01\x02", "engine": EngineVersion(name="e", sha256="ab" * 32)})
    fact = read_fact(one.key, START, text=WORDS["refund"], seen=read, now=START)
    (back,) = requests([fact, fact])
    assert (back.embedding, back.engine, back.terms) == (b"\x01\x02", "abababab", terms_of(WORDS["refund"], "en"))
    assert not {"refund", "order", "where"} & set(fact.detail["terms"].split(","))
    assert "Where" not in fact.model_dump_json()


def test_facts_in_any_order_or_broken_ones_do_no_harm():
    one = asked(1, "refund", START)
    good = read_fact(
        one.key, START, text="Where is it?", seen=seen().model_copy(update={"embedding": b"\x05"}), now=NOW
    )
    broken = Fact(kind=FactKind.READ, key=asked(2, "refund", START).key, at=START, recorded_at=NOW)
    worse = broken.model_copy(update={"detail": {"embedding": "*", "terms": "xyz"}})
    briefed = Fact(
        kind=FactKind.BRIEFED, key=one.key, at=START, recorded_at=NOW, detail={"cause": "no_resolution", "rules": ""}
    )
    (back,) = requests([briefed, broken, worse, good])
    assert back.unanswered is True


def test_a_topic_keeps_its_identity_while_tickets_come_and_go():
    first = steadily("refund", 2, 10)
    (before,) = recognised({4: first}, (), now=START).values()
    named = before.model_copy(update={"name": "refund order"})
    later = [*first[8:], *steadily("refund", 2, 5, first=100)]
    (after,) = recognised({0: later}, [named], now=NOW).values()
    assert (after.id, after.name, after.since) == (before.id, "refund order", START)


def test_two_groups_never_claim_one_topic():
    members = steadily("refund", 4, 10)
    (before,) = recognised({0: members}, (), now=START).values()
    found = recognised({0: members[:30], 1: members[30:]}, [before], now=NOW)
    assert found[0].id == before.id != found[1].id


def test_a_name_is_made_of_words_that_many_used():
    refund, export = steadily("refund", 2, 10), steadily("export", 2, 10)
    name = Namer([*refund, *export]).name(refund, [text_of(one) for one in refund[:8]])
    assert set(name.split()) <= {"refund", "order"}
    assert "refund" in name


def test_a_word_of_one_customer_never_names_a_topic():
    refund = steadily("refund", 1, 8)
    texts = [*(text_of(one) for one in refund), ("Where is the refund, asks <b>Xaver</b> Quirinius =cmd()?", "en")]
    name = Namer(refund + steadily("export", 1, 8)).name(refund, texts)
    assert "xaver" not in name
    assert "quirinius" not in name
    assert not set("<>=()@+-") & set(name)


def test_hostile_words_that_many_use_stay_letters_alone():
    text = '=HYPERLINK("https://evil.example") <script>alert(1)</script>\r\nBcc: all@example.com refund'
    members = [asked(n, "refund", START).model_copy(update={"terms": terms_of(text, "en")}) for n in range(6)]
    name = Namer([*members, *steadily("export", 1, 8)]).name(members, [(text, "en")] * 6)
    assert all(part.isalpha() for part in name.split())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hello, I have an issue since Monday: the invoice export is not working, thanks"),
        ("de", "Guten Tag, seit gestern funktioniert bei mir die Rechnung nicht, vielen Dank"),
        ("fr", "Bonjour, depuis hier la facture ne marche pas, merci"),
        ("es", "Hola, desde ayer no funciona la factura, gracias"),
        ("pt", "Bom dia, desde ontem não tenho a fatura, obrigado"),
        ("it", "Buongiorno, da ieri non ho la fattura, grazie"),
        ("nl", "Goedemorgen, sinds gisteren heb ik geen factuur, bedankt"),
    ],
)
def test_greetings_days_and_words_that_say_nothing_name_no_topic(language, text):
    members = [asked(n, "refund", START).model_copy(update={"terms": terms_of(text, language)}) for n in range(6)]
    name = Namer([*members, *steadily("export", 1, 8)]).name(members, [(text, language)] * 6)
    assert name
    assert set(name.split()) <= {"invoice", "export", "rechnung", "facture", "factura", "fatura", "fattura", "factuur"}
