"""Plans that are wrong in one way each: every one is named, with its line and how to mend it (gallery/plan)."""

import re
from pathlib import Path

import pytest

from bot.plan import BrokenPlan
from bot.plan.lint import CATALOGUE, judge
from bot.plan.loading import load
from tests.gallery_check import check as reviewed
from tests.plan.surroundings import around, mistakes, said_of

FILES = sorted(Path(__file__).parent.glob("broken/*.yaml"))
# What each is about: the id of its finding, or words of the mistake for which it cannot be loaded.
EXPECTED = {
    "01-misspelt-field": "Did you mean quorum?",
    "02-tab": "there is a tab",
    "03-a-name-for-a-user-id": "should be a Slack user id",
    "04-a-password": "looks like a password",
    "05-twice": "is there twice",
    "06-a-time-in-words": "should be a time such as",
    "07-severity-missing": "SEV4: this is missing",
    "08-severity-without-approver": "P001",
    "09-nobody-may-approve": "P002",
    "10-quorum-too-large": "P003",
    "11-audience-without-outlet": "P010",
    "12-outlet-not-set-up": "P011",
    "13-one-person-no-standby": "P020",
    "14-template-missing": "P030",
    "15-language-missing": "P030",
    "16-slower-than-promised": "P040",
    "17-not-rehearsed": "P060",
    "18-circle-of-components": "P050",
    "19-risk-without-template": "P031",
    "20-step-of-unknown-role": "P009",
    "21-silence-after-the-lapse": "P006",
    "22-waiver-that-ended": "P080",
    "23-customers-as-followers": "P012",
    "24-unknown-person": "P070",
    "25-unknown-owner": "P051",
    "26-yes-for-a-number": "should be a whole number",
    "27-an-open-quotation-mark": "the quotation mark in this line has no partner",
    "28-an-open-list": "“[” is opened here and not closed",
    "29-merged": "merging (<<) is not read here",
    "30-a-list-for-a-name": "a list stands before a colon",
    "31-what-nobody-sees": "a character that nobody sees (U+200B)",
    "32-nothing-leaves": "should be longer than nothing",
    "33-leaves-too-soon": "P015",
    "34-lapses-at-once": "P016",
    "35-secrets-pass": "P091",
    "36-an-everyday-code-name": "P090",
    "37-rules-that-share-too-few": "P003",
    "38-a-second-plan": "“---” begins a second text here",
    "39-a-line-break-in-a-name": "should be one line",
    "40-latin-1": "this letter is not UTF-8",
    "41-no-is-not-norwegian": "should be words. Put them in “double quotes”",
    "42-a-word-for-rest": "should be 'rest', or a list",
}


def said(file: Path) -> str:
    try:
        found = said_of(load(file))
    except BrokenPlan as broken:
        found = mistakes(broken)
    return found.replace(f"{file.parent}/", "")  # no path of a machine in the gallery


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_broken_plan_is_named_with_line_and_mend(file: Path) -> None:
    found = said(file)
    assert EXPECTED[file.stem] in found
    assert re.search(rf"{re.escape(file.name)}, line [1-9]", found)
    assert "hunter2" not in found
    reviewed(f"plan/{file.stem}.txt", found)


def test_every_broken_plan_has_its_finding() -> None:
    assert {file.stem for file in FILES} == set(EXPECTED)


@pytest.mark.parametrize("file", [file for file in FILES if EXPECTED[file.stem][:1] == "P"], ids=lambda file: file.stem)
def test_a_plan_that_is_wrong_in_one_way_has_no_finding_of_another_kind(file: Path) -> None:
    found = judge(load(file), around())
    also = {
        "21-silence-after-the-lapse": {"P043"},
        "22-waiver-that-ended": {"P020"},
        "34-lapses-at-once": {"P006"},
    }  # they follow
    assert {one.id for one in found} - also.get(file.stem, set()) == {EXPECTED[file.stem]}
    assert all(one.id in CATALOGUE and one.reason and one.fix for one in found)
