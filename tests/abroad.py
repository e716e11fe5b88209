"""A company's own folder of templates: the outage story in French and in Polish, for tests of languages.

The words are few and their own, so that no test depends on what is shipped.
"""

from pathlib import Path

import bot.plan
from bot.rendering.catalogue import SHIPPED, Catalogue

STAGES = ("investigating", "identified", "monitoring", "resolved", "correction")
_SAID = {
    "fr": {
        "investigating": "Nous cherchons la cause.",
        "identified": "Nous connaissons la cause et réparons.",
        "monitoring": "Tout fonctionne à nouveau, nous surveillons.",
        "resolved": "La panne est terminée.",
        "correction": "Nous corrigeons notre message précédent.",
    },
    "pl": {
        "investigating": "Szukamy przyczyny.",
        "identified": "Znamy przyczynę i naprawiamy.",
        "monitoring": "Wszystko działa, obserwujemy.",
        "resolved": "Awaria jest zakończona.",
        "correction": "Prostujemy poprzednią wiadomość.",
    },
}
_PIECES = {
    "fr": {
        "impact": ("Ce que vous remarquez", "{{ impact }}"),
        "meanwhile": ("Que faire en attendant", "{{ meanwhile }}"),
        "estimate": (
            "Rétablissement",
            "{% if estimate.kind == 'range' %}Entre {{ estimate.earliest }} et {{ estimate.latest }}."
            "{% elif estimate.kind == 'restored' %}Le service est rétabli."
            "{% else %}Nous ne savons pas encore.{% endif %}",
        ),
        "next_update": (
            "Prochain message",
            "{% if next_update %}Au plus tard à {{ next_update }}.{% else %}Aucun.{% endif %}",
        ),
    },
    "pl": {
        "impact": ("Co można zauważyć", "{{ impact }}"),
        "meanwhile": ("Co robić w tym czasie", "{{ meanwhile }}"),
        "estimate": (
            "Przywrócenie",
            "{% if estimate.kind == 'range' %}Od {{ estimate.earliest }} do {{ estimate.latest }}."
            "{% elif estimate.kind == 'restored' %}Usługa działa."
            "{% else %}Jeszcze nie wiadomo.{% endif %}",
        ),
        "next_update": (
            "Następna wiadomość",
            "{% if next_update %}Najpóźniej {{ next_update }}.{% else %}Nie będzie.{% endif %}",
        ),
    },
}
MEANWHILE = {"fr": "Vous n'avez rien à faire pour le moment.", "pl": "Na razie nic nie trzeba robić."}
_SHIPPED = Catalogue()
DEFAULT = Path(bot.plan.__file__).with_name("default.yaml")


def folder(where: Path, *locales: str) -> Path:
    """Write the templates of these languages into a folder, and return it."""
    for locale in locales or tuple(_SAID):
        labels = SHIPPED / locale / "labels.yaml"
        own = labels if labels.exists() else SHIPPED / "en" / "labels.yaml"
        (where / locale).mkdir(parents=True, exist_ok=True)
        (where / locale / "labels.yaml").write_text(own.read_text(encoding="utf-8"), encoding="utf-8")
        pieces = where / locale / "_partials"
        pieces.mkdir(parents=True, exist_ok=True)
        for name, (label, text) in _PIECES[locale].items():
            call = f'{{% call passage("{name}", "{label}") %}}{text}{{% endcall %}}'
            (pieces / f"{name}.j2").write_text(call, encoding="utf-8")
        stories = where / locale / "outage"
        stories.mkdir(exist_ok=True)
        for stage in STAGES:
            (stories / f"{stage}.j2").write_text(_story(locale, stage), encoding="utf-8")
    return where


def plan(*locales: str, untranslated: str = "block", each: bool = False) -> str:
    """The shipped plan, for customers and partners who read these languages; the base language first."""
    text = DEFAULT.read_text(encoding="utf-8").replace("languages: [en]", f"languages: [{', '.join(locales)}]")
    text = text.replace("    leaves_within: 1 h\n", f"    leaves_within: 1 h\n    untranslated: {untranslated}\n")
    return text.replace("    service: Slack\n", "    service: Slack\n    each_language: true\n", 1) if each else text


def settings(home: Path, *locales: str, untranslated: str = "block", each: bool = False) -> dict[str, str]:
    """Write a plan and its templates below `home`, and return the settings that name them."""
    file = home / "plan.yaml"
    file.write_text(plan(*locales, untranslated=untranslated, each=each), encoding="utf-8")
    own = folder(home / "templates", *locales[1:])
    return {"clarion_plan": str(file), "templates_dir": str(own)}


def _story(locale: str, stage: str) -> str:
    said, base = _SAID[locale][stage], _SHIPPED.story(f"outage/{stage}").template
    defaults = "".join(f"  {name}: {MEANWHILE[locale]}\n" for name in base.defaults)
    head = f"---\ndefaults:\n{defaults}---\n" if defaults else "---\n---\n"
    own = "".join(f"\n\n{{% if {one.name} %}}{{{{ {one.name} }}}}{{% endif %}}" for one in base.fields)
    included = "".join(f'{{% include "_partials/{piece}.j2" %}}\n' for piece in _PIECES[locale])
    return (
        f"{head}{{% block headline %}}{{{{ headline }}}}{{% endblock %}}\n"
        f"{{% block short %}}{{{{ headline | sentence }}}} {said}{{% endblock %}}\n"
        f"{{% block body %}}\n{said}{own}\n\n{included}{{% endblock %}}\n"
    )
