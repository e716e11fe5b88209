"""The same number or time, said in two languages in whatever way, is no contradiction; another one is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.wording import Kind
from bot.rendering.linter import judge
from tests.rendering.linter.corpus import judged

SAME = """
en|Exports take 1.5 hours.|fr|Les exports prennent 1,5 heure.
en|You paid €1,250.50.|fr|Vous avez payé 1 250,50 €.
en|It failed twice.|fr|Il a échoué deux fois.
en|20% of payments fail.|fr|Un paiement sur cinq échoue.
en|Open at 9am.|fr|Ouvert à 9 h.
en|We write again at noon.|fr|Prochain message à midi.
en|We write again at 12:30 am.|fr|Prochain message à 0 h 30.
en|From 9 to 11 it was slow.|fr|De 9 h à 11 h, c'était lent.
en|It takes 15 minutes.|fr|Cela prend un quart d'heure.
en|It takes 30 minutes.|fr|Cela prend une demi-heure.
en|It takes 90 minutes.|fr|Cela prend une heure et demie.
en|It takes 90 minutes.|pl|To trwa półtorej godziny.
en|It takes 24 hours.|fr|Cela prend un jour.
en|It takes one day.|pl|To trwa 24 godziny.
en|About one in six payments fails.|pl|Nie udaje się mniej więcej co szósta płatność.
en|The third attempt works.|pl|Trzecia próba działa.
en|The 3rd attempt works.|fr|La troisième tentative réussit.
en|Since 8:05 PM.|pl|Od 20.05.
en|Since 8:05 PM.|it|Dalle 20.05.
en|Since 20:05 UTC.|fr|Depuis 20h05 UTC.
en|10,000 customers|pl|10 000 klientów
en|10,000 customers|pl|10 tys. klientów
en|Ten thousand customers.|fr|10 000 clients.
en|2 million rows|it|2 milioni di righe
en|Version 8.12.4 closes.|fr|La version 8.12.4 se ferme.
en|Call +44 20 7946 0000.|fr|Appelez le +44 20 7946 0000.
en|Between 14:00 and 15:00.|pl|Między 14 a 15.
en|On 22 November 2026.|fr|Le 22 novembre.
en|A quarter of calls fail.|fr|Un appel sur quatre échoue.
en|Two thirds of calls fail.|it|Falliscono due chiamate su tre.
en|The first two orders.|pl|Pierwsze dwa zamówienia.
en|Refunds in 5–7 days.|fr|Remboursement sous 5 à 7 jours.
en|One hour.|pl|Godzina.
en|An hour and a half.|fr|1 h 30.
en|1 h 30 min.|fr|1 h 30.
en|1h30|pl|półtorej godziny
en|Error 1015 is shown.|pl|Pojawia się błąd 1015.
en|It affects iOS 17 and 18.|it|Riguarda iOS 17 e 18.
en|Twelve stores are closed.|fr|Douze magasins sont fermés.
en|12 stores are closed.|fr|Une douzaine de magasins sont fermés.
en|21 stores are closed.|fr|Vingt et un magasins sont fermés.
en|25 stores are closed.|pl|Dwadzieścia pięć sklepów jest zamkniętych.
en|70 stores are closed.|fr|Soixante-dix magasins sont fermés.
en|At 3 PM.|it|Alle 15.
en|At 3 PM.|pl|O piętnastej.
en|It fails once or twice.|fr|Cela échoue une ou deux fois.
en|Until 12 noon.|it|Fino a mezzogiorno.
"""
DIFFERENT = """
en|20% of payments fail.|fr|30 % des paiements échouent.
en|It began on 3 December.|fr|Cela a commencé le 4 décembre.
en|About one in five fails.|pl|Nie udaje się co szósta.
en|About one in eight payments fails.|pl|Nie udaje się mniej więcej co szósta płatność.
en|About one in six payments fails.|fr|Environ un paiement sur sept échoue.
en|About one in six payments fails.|it|Circa un pagamento su sette non va a buon fine.
en|Since 8:05 PM.|fr|Depuis 8 h 05.
en|Call +44 20 7946 0000.|fr|Appelez le +33 1 70 18 99 00.
en|Refunds in 5–7 days.|fr|Remboursement sous 7 à 10 jours.
en|Refunds in five days.|pl|Zwrot w ciągu dziesięciu dni.
en|The fee is $5.00.|it|Il costo è di 50 dollari.
en|It takes two hours.|fr|Cela prend trois heures.
en|It takes an hour.|fr|Cela prend trois heures.
"""


def contradictions(line: str) -> list[str]:
    here, one, there, other = line.split("|")
    found = judge(judged({here: {"impact": one}, there: {"impact": other}}))
    return [finding.quote for finding in found if finding.kind is Kind.CONTRADICTION]


@pytest.mark.parametrize("line", SAME.strip().splitlines())
def test_the_same_said_in_another_way_is_no_contradiction(line: str) -> None:
    assert contradictions(line) == []


@pytest.mark.parametrize("line", DIFFERENT.strip().splitlines())
def test_another_number_or_time_is_one(line: str) -> None:
    assert contradictions(line)


def test_a_number_in_words_that_is_left_out_is_none_and_half_a_promise_is_no_number() -> None:
    assert contradictions("en|The six lifts of the tower stand still.|fr|Les ascenseurs de la tour sont arrêtés.") == []
    assert contradictions("en|We are nine.|fr|Un ordinateur neuf.") == []


def test_a_text_of_nothing_but_numbers_is_read_at_once() -> None:
    assert contradictions("en|" + "one and " * 2_000 + "|fr|" + "vingt et " * 2_000) is not None


# Digits of any script, raised ones, fractions, and words beside which they count something.
COUNTED = st.lists(
    st.one_of(
        st.characters(categories=("Nd", "No", "Nl")),
        st.sampled_from(
            ("hours", "heures", "godziny", "and", "et", "one", "un", "in", "sur", "half", "%", "%", ":", ".", ",", "-")
        ),
    ),
    max_size=8,
).map(" ".join)


@given(COUNTED, COUNTED)
@example("1 ¹", "² hours")
def test_numbers_of_any_script_are_read_or_left_alone(one: str, other: str) -> None:
    for text in (one, one.replace(" ", "")):
        assert isinstance(contradictions(f"en|{text}|fr|{other}"), list)
