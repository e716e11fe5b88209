"""Words in several languages: what `ports.Words` promises, one set of templates for each language behind it.

A story is offered when every language has it: an update that could be told only in some would leave customers out.
It refuses to draft what one of them lacks, and names the language.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.domain.facts import Facts, Stage
from bot.domain.incident import Incident
from bot.domain.languages import name_of
from bot.domain.refusals import Refusal
from bot.domain.translating import said_in
from bot.domain.update import Rendition
from bot.domain.wording import Finding, Judged
from bot.ports import Outlet, Template
from bot.rendering.catalogue import SHIPPED
from bot.rendering.renderer import JinjaWords


class Tongues:
    """Templates from `folders` in each of `locales`, the base language first. Raises `BrokenTemplates`."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,), locales: Sequence[str] = ("en",)) -> None:
        self._words = {locale: JinjaWords(folders, locale) for locale in locales}
        self._base = self._words[locales[0]]

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages, the base language first."""
        return tuple(self._words)

    def templates(self) -> tuple[Template, ...]:
        """Return the templates in the base language that every language has, in the order of the night."""
        return tuple(one for one in self._base.templates() if not self._lacking(one.name))

    def template(self, name: str, locale: str = "") -> Template:
        """Return one template, in a language ("": the base). Raises Refusal: no_such_template, no_such_language."""
        found = self._base.template(name)
        if lacking := self._lacking(name):
            raise Refusal(
                "no_such_language",
                f"There are no words in {name_of(lacking[0])} for “{found.title}”. Choose another template, or ask an "
                f"operator to add {lacking[0]}/{name}.j2 to the folder of templates.",
                field="template",
            )
        return self._words[locale].template(name) if locale in self._words else found

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
        """Render for every outlet in each of its languages. Raises Refusal, naming the language if not the base."""
        self.template(template)
        by_outlet = {one.name: tuple((carried or {}).get(one.name, self.languages[:1])) for one in outlets}
        made: dict[tuple[str, str], Rendition] = {}
        for locale in self._words:
            wanted = [one for one in outlets if locale in by_outlet[one.name]]
            if wanted:
                said = said_in(facts, locale)
                with _naming(locale, facts):
                    found = self._words[locale].render(template, said, incident, update_id, stage, wanted)
                made |= {(one.outlet, locale): one for one in found}
        return tuple(made[one.name, locale] for one in outlets for locale in by_outlet[one.name])

    def readable(self, rendition: Rendition) -> str:
        """Return everything that a customer sees, as plain text."""
        return self._base.readable(rendition)

    def findings(self, judged: Judged) -> tuple[Finding, ...]:
        """Return what a careful reader would say of a draft, in all its languages."""
        return self._base.findings(judged)

    def _lacking(self, name: str) -> list[str]:
        return [
            locale
            for locale, words in self._words.items()
            if words is not self._base and all(one.name != name for one in words.templates())
        ]


@contextmanager
def _naming(locale: str, facts: Facts) -> Iterator[None]:
    """Have a refusal of what is said in another language than the base name that language."""
    try:
        yield
    except Refusal as refusal:
        if locale == facts.locale:
            raise
        raise Refusal(refusal.code, f"{name_of(locale)}: {refusal.sentence}", field=refusal.field) from refusal
