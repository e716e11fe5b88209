"""Plans that are wrong in one way each: every one is named, with its line and how to mend it (gallery/plan)."""

import re
from pathlib import Path

import pytest

from bot.plan import BrokenPlan
from bot.plan.lint import CATALOGUE, judge
from bot.plan.loading import load_text
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
}


def said(file: Path) -> str:
    text = file.read_text()
    try:
        return said_of(load_text(text, file.name))
    except BrokenPlan as broken:
        return mistakes(broken)


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
    found = judge(load_text(file.read_text(), file.name), around())
    also = {"21-silence-after-the-lapse": {"P043"}, "22-waiver-that-ended": {"P020"}}  # they follow from it
    assert {one.id for one in found} - also.get(file.stem, set()) == {EXPECTED[file.stem]}
    assert all(one.id in CATALOGUE and one.reason and one.fix for one in found)
