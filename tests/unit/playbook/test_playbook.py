"""The playbook as a whole, and the command that checks it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.check import check
from cli.playbook import load_playbook, read_playbook
from sandbox.inbox import seeds
from shared.domain.errors import PolicyInvalid
from shared.domain.resolution import missing_facts, suited

SHIPPED = Path(__file__).parents[3] / "playbook"
TODAY = date(2026, 11, 24)
FRONT = {
    "id": "plan-change",
    "title": "Change the plan",
    "language": "en",
    "category": "billing",
    "intents": '["How do I change my plan?"]',
    "facts": "[customer_name]",
    "valid_from": "2026-01-05",
    "owner": "billing-lead",
}
BODY = "Hi {customer_name},\n\nopen Settings."
MARKS = ("[[", "]]", "[when", "[either", "[for plan")


@pytest.fixture
def playbook(tmp_path):
    """A playbook with the shipped policy and no answers."""
    (tmp_path / "resolutions").mkdir()
    shutil.copy(SHIPPED / "policy.yaml", tmp_path)
    return tmp_path


def write(playbook: Path, name: str = "plan-change", body: str = BODY, **front) -> Path:
    lines = [f"{key}: {value}" for key, value in {**FRONT, "id": name, **front}.items() if value is not None]
    file = playbook / "resolutions" / f"{name}.md"
    file.write_text("\n".join(["---", *lines, "---", "", body]), encoding="utf-8")
    return file


def faults(playbook: Path) -> list[str]:
    folder = playbook / "resolutions"
    return [str(one).removeprefix(f"{folder}/") for one in read_playbook(playbook, today=TODAY).findings]


def test_the_shipped_playbook_holds_together_and_needs_no_second_look():
    reading = read_playbook(SHIPPED, today=TODAY)
    assert reading.findings == ()
    assert reading.notes == ()
    assert len(reading.playbook.resolutions) >= 25


def test_every_question_of_the_shipped_playbook_is_answered_without_a_fact_and_without_a_mark():
    for one in load_playbook(SHIPPED, today=TODAY).resolutions:
        for intent in one.intents:
            left, _ = suited(one, {}, intent)
            assert len(left.body.split("\n\n")) >= 3, (one.id, intent)
            assert not [mark for mark in MARKS if mark in left.body], (one.id, intent)
            assert missing_facts(one, {}, intent) == ()


def test_an_answer_is_read_with_its_wording(playbook):
    write(playbook)
    [resolution] = load_playbook(playbook, today=TODAY).resolutions
    assert (resolution.id, resolution.body) == ("plan-change", BODY)


@pytest.mark.parametrize(
    ("front", "fault"),
    [
        ({"intents": "[]"}, "plan-change.md:6: intents: is empty → write at least one sentence as customers write it"),
        ({"category": "bills"}, "plan-change.md:5: category: 'bills' is not known → use one of billing,"),
        ({"language": "english"}, "plan-change.md:4: language: 'english' is not written as it has to be"),
        ({"facts": "[plan, age]"}, "plan-change.md:7: facts[2]: 'age' is not known → use one of customer_name,"),
        ({"facts": "[]"}, "plan-change.md:12: body: the body uses {customer_name}, which `facts` does not list"),
        ({"valid_until": "2025-01-01"}, "plan-change.md:10: valid_until: lies before valid_from"),
        ({"valid_from": "2026-02-30"}, "plan-change.md:8: valid_from: must be a date, not '2026-02-30'"),
        ({"plans": "[team, gold]"}, "plan-change.md:10: plans[2]: there is no plan 'gold' → name one of business,"),
        ({"owner": None}, "plan-change.md:2: owner: is missing → add `owner:` with who answers for the wording"),
        ({"tittle": "x"}, "plan-change.md:10: tittle: there is no such setting → did you mean title?"),
        ({"id": "change-plan"}, "plan-change.md:2: id: 'change-plan' is not the file's name → write plan-change,"),
        ({"title": "a: b: c"}, "plan-change.md:3: no readable YAML"),
    ],
)  # fmt: skip
def test_a_fault_of_an_answer_is_told_with_line_field_and_remedy(playbook, front, fault):
    write(playbook, **front)
    assert any(one.startswith(fault) for one in faults(playbook)), faults(playbook)


def test_the_wording_stands_below_the_front_matter_and_nowhere_else(playbook):
    file = write(playbook)
    file.write_text(file.read_text().replace("owner:", "body: Hello\nowner:"))
    [fault] = faults(playbook)
    assert fault.startswith("plan-change.md:9: body: there is no such setting")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("Hi {customer_name},\n\nyour {company} is fine.", "plan-change.md:14: body: the body uses {company}"),
        ("Hi,\n{%name%}", "plan-change.md:13: body: the body has a brace that is no placeholder"),
        ("", "body: is empty → write the answer below the second line of three dashes"),
    ],
)
def test_a_fault_in_the_wording_is_told_at_its_line(playbook, body, fault):
    write(playbook, body=body)
    assert any(fault in one for one in faults(playbook)), faults(playbook)


MARKED = "Hi {customer_name},\n\nChange it under Settings.\n\n"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("[when asked: ]\nOr so.\n\nBye", "16: body: the mark names no word → write `[when asked: word, two words]`"),
        ("[when asked: port]\n\nOr so.\n\nBye", "16: body: there is no paragraph below the mark → put it on the line"),
        ("[for plan: gold]\nOr so.\n\nBye", "16: body: there is no plan 'gold' → name one of business, enterprise"),
        ("You pay[[ a lot]].\n\nBye", "16: body: the part in double brackets names no fact → name the fact that it"),
        ("Or {seats} so.\n\nBye", "16: body: the body uses {seats}, which `facts` does not list → add it there or to"),
    ],
)
def test_a_wrong_mark_in_the_wording_is_told_at_its_line_with_what_to_write(playbook, body, fault):
    write(playbook, body=f"{MARKED}{body}")
    assert [one.startswith(f"plan-change.md:{fault}") for one in faults(playbook)] == [True], faults(playbook)


def test_an_answer_of_which_nothing_may_be_left_is_no_answer(playbook):
    write(playbook, body="Hi {customer_name},\n\n[when asked: plan]\nChange it under Settings.\n\nBye")
    [fault] = faults(playbook)
    assert fault.startswith("plan-change.md:14: body: nothing is left when nobody asks for it → leave what always")


def test_a_gap_is_for_a_fact_that_the_answer_names_and_does_not_require(playbook):
    write(playbook, gaps="[seats]")
    [fault] = faults(playbook)
    assert "gaps[1]: the answer has no {seats} that could be left open → write it in the answer" in fault
    write(playbook, gaps="[customer_name]")
    [fault] = faults(playbook)
    assert "gaps: lists customer_name, which `facts` lists too → leave it in one of the two" in fault


DEED = f"{BODY}\n\nI have passed it on."


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('["Pass it on.", ""]', "plan-change.md:10: before_sending[2]: is empty → write sentences as a list, each"),
        (f'["{"x" * 161}"]', "plan-change.md:10: before_sending[1]: has 161 characters, and an agent reads it at a"),
        ('["Tell {company}."]', "plan-change.md:10: before_sending[1]: is no plain sentence → write it on one line,"),
        ("Pass it on.", "plan-change.md:10: before_sending: must be a list, not 'Pass it on.' → write sentences as a"),
    ],
)
def test_what_is_to_be_done_before_sending_is_said_in_short_plain_sentences(playbook, lines, fault):
    write(playbook, body=DEED, before_sending=lines)
    [found] = faults(playbook)
    assert found.startswith(fault)


def test_an_answer_that_says_that_something_was_done_and_tells_nobody_to_do_it_is_worth_a_look(playbook):
    write(playbook, body=DEED)
    [note] = read_playbook(playbook, today=TODAY).notes
    assert note.text.startswith("says that something was done (“I have passed”); tell the agent in `before_sending`")
    write(playbook, body=DEED, before_sending='["Pass the idea on."]')
    reading = read_playbook(playbook, today=TODAY)
    assert reading.notes == ()
    assert reading.playbook.resolutions[0].before_sending == ("Pass the idea on.",)


def test_what_a_gap_and_a_part_in_brackets_name_need_not_be_known(playbook):
    write(playbook, gaps="[seats]", body=f"{MARKED}You have {{seats}} seats[[ for {{company}}]].\n\nBye")
    assert faults(playbook) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("Hello", "has no front matter"),
        ("", "has no front matter"),
        ("---\nid: x\n", "the front matter does not end"),
        ("---\n- a\n---\nHello", "the front matter is no table of settings"),
        ("---\n---\nHello", "is empty"),
    ],
)
def test_a_file_that_is_no_answer_at_all_says_why(playbook, content, fault):
    (playbook / "resolutions" / "x.md").write_text(content)
    [found] = faults(playbook)
    assert fault in found


def test_an_id_may_be_there_once(playbook):
    write(playbook)
    write(playbook, "other", id="plan-change", intents='["Something else?"]')
    assert any("'plan-change' is the id of other.md too" in one for one in faults(playbook))


def test_one_sentence_cannot_ask_for_two_answers_in_one_language(playbook):
    write(playbook)
    write(playbook, "other", intents='["how do I  change my PLAN?"]')
    write(playbook, "german", language="de")
    [fault] = faults(playbook)
    assert "is an intent of" in fault


def test_faults_of_the_policy_and_of_every_answer_are_told_together(playbook):
    policy = playbook / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("warn_at: 0.75", "warn_at: 2"), encoding="utf-8")
    write(playbook, "one", category="bills")
    write(playbook, "two", language="english")
    with pytest.raises(PolicyInvalid) as refused:
        load_playbook(playbook, today=TODAY)
    assert all(name in str(refused.value) for name in ("sla.warn_at", "one.md", "two.md"))


def test_what_is_allowed_and_odd_is_noted(playbook):
    write(playbook, valid_until="2026-03-01")
    policy = playbook / "policy.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace(", product]", "]"), encoding="utf-8")
    notes = [note.text for note in read_playbook(playbook, today=TODAY).notes]
    assert any(text.startswith("is not valid today") for text in notes)
    assert "nobody works in the queue 'product'" in notes


def run(*arguments: str):
    app = typer.Typer()
    app.command()(check)
    return CliRunner().invoke(app, list(arguments))


def test_the_command_sums_up_a_sound_playbook_and_succeeds():
    result = run(str(SHIPPED))
    assert result.exit_code == 0
    assert "The playbook of Lumen Board holds together: 5 queues, 10 people, 2 calendars" in result.output


def test_the_command_tells_every_fault_and_fails(playbook):
    write(playbook, "one", category="bills")
    write(playbook, "two", language="english")
    result = run(str(playbook))
    assert result.exit_code == 1
    assert f"{playbook}/resolutions/one.md:5: category" in result.stderr
    assert f"{playbook}/resolutions/two.md:4: language" in result.stderr
    assert "2 faults" in result.stderr


def test_the_command_answers_machines_with_one_document(playbook):
    write(playbook, "one", category="bills")
    told = json.loads(run(str(playbook), "--json").stdout)
    assert told["ok"] is False
    assert [(one["line"], one["field"]) for one in told["errors"]] == [(5, "category")]
    assert all(one["remedy"] for one in told["errors"])
    sound = json.loads(run(str(SHIPPED), "--json").stdout)
    assert (sound["ok"], sound["errors"], sound["queues"]) == (True, [], 5)


def test_the_command_takes_the_policy_file_for_its_folder():
    assert run(str(SHIPPED / "policy.yaml")).exit_code == 0


def test_a_folder_that_is_not_there_is_told(tmp_path):
    result = run(str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert "policy.yaml:1: cannot be read" in result.stderr


def test_the_sandbox_desk_lets_everybody_take_what_the_playbook_gives_them():
    policy = load_playbook(SHIPPED, today=TODAY).policy
    groups = {queue.id: queue.group for queue in policy.queues}
    members = {agent.email: set(agent.groups) for agent in seeds.AGENTS}
    for agent in policy.agents:
        assert {groups[queue] for queue in agent.queues} == members[agent.email], agent.email
    assert {agent.email: agent.name for agent in policy.agents} == {one.email: one.name for one in seeds.AGENTS}


def test_two_answers_that_contradict_each_other_are_worth_a_look_and_no_fault(playbook):
    write(playbook, body=f"{BODY} A changed plan can be changed back for 30 days.")
    write(playbook, "plan-back", body="A changed plan can be changed back for 14 days.", intents='["Back?"]')
    said = run(str(playbook))
    assert said.exit_code == 0
    assert "plan-change.md says “A changed plan" in said.stdout or "plan-back.md says “A changed plan" in said.stdout
    assert "30 days" in said.stdout
    assert "14 days" in said.stdout


@pytest.mark.parametrize("apart", [{"language": "de"}, {"valid_until": "2026-01-10", "valid_from": "2025-01-01"}])
def test_answers_that_no_customer_can_get_together_do_not_contradict(playbook, apart):
    write(playbook, body=f"{BODY} A changed plan can be changed back for 30 days.", valid_from="2026-02-01")
    write(playbook, "plan-back", body="A changed plan can be changed back for 14 days.", intents='["Back?"]', **apart)
    assert "14 days" not in run(str(playbook)).stdout
