"""Templates and the exact text that they give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.maintenance import PlannedStage
from bot.domain.update import Rendition
from bot.domain.wording import Finding, Judged
from bot.ports.outlets import Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One extra field that a template asks for in its front matter. `inside`: only our own people ever read it."""

    name: str
    label: str
    hint: str = ""
    placeholder: str = ""
    multiline: bool = False
    required: bool = True
    longest: int = 1_000
    inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template as the drafting modal needs it. `name` is "<scenario>/<stage>".

    `stage` is None for a correction, which keeps the stage of what it corrects, and for a text about planned work,
    which has `planned` instead.
    """

    name: str
    title: str
    stage: Stage | None
    when_to_use: str
    severities: tuple[str, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)  # prefill: headline, impact, meanwhile
    planned: PlannedStage | None = None

    @property
    def scenario(self) -> str:
        """The kind of incident that it is written for: the folder it is in."""
        return self.name.partition("/")[0]


class Words(Protocol):
    """Templates: which there are, and the exact text they give for an outlet.

    `languages`: those that there are words in, the base language first.
    """

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages, as above."""
        ...

    def templates(self) -> tuple[Template, ...]:
        """Return all templates in the base language that every language has, in the order of the night."""
        ...

    def template(self, name: str, locale: str = "") -> Template:
        """Return one template, in a language ("": the base). Raises Refusal ``no_such_template``."""
        ...

    def render(
        self,
        template: str,
        facts: Facts,
        incident: Incident,
        update_id: str,
        stage: Stage,
        outlets: Sequence[Outlet],
        carried: Mapping[str, Sequence[str]] | None = None,
    ) -> tuple[Rendition, ...]:
        """Render for every outlet and locale. Raises Refusal: a missing field by name, a text too long by count.

        `carried`: the languages of an outlet, by its name, in the order wanted; the base language alone for others.
        """
        ...

    def readable(self, rendition: Rendition) -> str:
        """Return the part of a rendition that an approver reads: everything a customer sees, as plain text."""
        ...

    def findings(self, judged: Judged) -> tuple[Finding, ...]:
        """Return what a careful reader would say of a draft: the same for the same words."""
        ...
