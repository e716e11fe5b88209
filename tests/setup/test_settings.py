"""Settings: what each variable takes, what it says of a mistake, and that no secret is ever shown."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Settings, SettingsMistake, Webhook

WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-c4n4ry",
    "SLACK_SIGNING_SECRET": "c4n4ry8f742231b10e8888abcd99yyyz",
    "SLACK_APP_TOKEN": "xapp-c4n4ry",
    "REDIS_URL": "rediss://user:c4n4ry@redis.example.com:6380/0",
    "SMTP_URL": "smtps://user:c4n4ry@mail.example.com",
    "MAIL_FROM": "Status <status@example.com>",
    "MAIL_RECIPIENTS": "customers.txt",
    "WEBHOOKS": f"https://hooks.example.com/c4n4ry {WHSEC}",
}


def load(**environ: str) -> Settings:
    return Settings.load(None, environ)


def mistakes(**environ: str) -> dict[str, str]:
    with pytest.raises(SettingsMistake) as wrong:
        load(**environ)
    return {one.variable: one.sentence for one in wrong.value.mistakes}


def test_nothing_set_is_enough_to_look_around() -> None:
    settings = load()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.port == 3000
    assert settings.clarion_home == Path(".clarion")
    assert settings.status_folder == Path(".clarion/status")
    assert settings.missing_to_start == ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")


@pytest.mark.parametrize("way_in", [{"SLACK_SIGNING_SECRET": "8f742231b10e8888"}, {"SLACK_APP_TOKEN": "xapp-1-A-2"}])
def test_a_token_and_a_way_in_are_enough_to_start(way_in: dict[str, str]) -> None:
    assert load(SLACK_BOT_TOKEN="xoxb-1", **way_in).missing_to_start == ()


def test_everything_together() -> None:
    settings = load(
        SLACK_API_URL="http://127.0.0.1:8900/api",
        PORT=" 8080 ",
        CLARION_APPROVERS="U0AAA, U0BBB <@W0CCC>,U0AAA",
        WEBHOOKS=f"https://a.example.com/x {WHSEC}; https://b.example.com|{WHSEC}\n",
        STATUS_DIR="/srv/status",
        STATUS_URL="https://status.example.com/",
        CLARION_HOME="/var/lib/clarion",
        BROADCAST_CHANNEL="C0BROADCAST",
        MAIL_FROM="",
    )
    assert settings.slack_api_url == "http://127.0.0.1:8900/api/"
    assert settings.port == 8080
    assert settings.clarion_approvers == ("U0AAA", "U0BBB", "W0CCC")
    assert [one.address for one in settings.webhooks] == ["https://a.example.com/x", "https://b.example.com"]
    assert settings.webhooks[0].secret.get_secret_value() == WHSEC
    assert settings.status_folder == Path("/srv/status")
    assert settings.status_url == "https://status.example.com"
    assert settings.clarion_home == Path("/var/lib/clarion")


@pytest.mark.parametrize(
    ("variable", "value", "mend"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-person", "starts with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-two words", "starts with xoxb-"),
        ("SLACK_SIGNING_SECRET", "xoxb-1", "App Credentials"),
        ("SLACK_APP_TOKEN", "xoxb-1", "starts with xapp-"),
        ("SLACK_API_URL", "slack.com/api", "https://slack.com/api/"),
        ("REDIS_URL", "localhost:6379", "redis://host:6379/0"),
        ("REDIS_URL", "redis://host:port", "redis://host:6379/0"),
        ("REDIS_URL", "unix://", "unix:///path"),
        ("PORT", "http", "such as 3000"),
        ("PORT", "70000", "such as 3000"),
        ("PORT", "-1", "such as 3000"),
        ("INCIDENTS_CHANNEL", "#incidents", "channel id such as C0123456789"),
        ("BROADCAST_CHANNEL", "U0123456789", "channel id such as C0123456789"),
        ("CLARION_APPROVERS", "@ada, U0BBB", "Copy member ID"),
        ("SMTP_URL", "mail.example.com", "smtps://user:password@host:465"),
        ("SMTP_URL", "smtp://u:p@mail.example.com", "begin with smtps://"),
        ("MAIL_FROM", "Status", "Status <status@example.com>"),
        ("MAIL_FROM", "a@example.com, b@example.com", "one e-mail address"),
        ("WEBHOOKS", "https://a.example.com", "whsec_"),
        ("WEBHOOKS", "https://a.example.com whsec_short", "openssl rand"),
        ("WEBHOOKS", f"http://a.example.com {WHSEC}", "https:// address"),
        ("WEBHOOKS", f"https://a.example.com {WHSEC};https://a.example.com {WHSEC}", "listed twice"),
        ("STATUS_URL", "status.example.com", "https://status.example.com"),
    ],
)
def test_a_mistake_names_its_variable_and_says_how_to_mend_it(variable: str, value: str, mend: str) -> None:
    sentence = mistakes(**{variable: value})[variable]
    assert mend in sentence
    assert sentence[0].isupper()
    assert sentence.endswith((".", ")"))
    assert value not in sentence or value in mend
    for jargon in ("validation", "input_value", "pydantic", "Value error", "type="):
        assert jargon not in sentence


def test_every_mistake_is_told_at_once() -> None:
    assert set(mistakes(PORT="x", SLACK_BOT_TOKEN="x", STATUS_URL="x")) == {"PORT", "SLACK_BOT_TOKEN", "STATUS_URL"}


def test_half_of_e_mail_is_a_mistake_that_names_the_other_half() -> None:
    assert list(mistakes(SMTP_URL="smtp://localhost")) == ["MAIL_FROM and MAIL_RECIPIENTS"]


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    wrong = {variable: "c4n4ry c4n4ry\x00" for variable in Settings.variables() if variable not in _FREE_TEXT}
    with pytest.raises(SettingsMistake) as told:
        load(**wrong)
    assert len(told.value.mistakes) == len(wrong)
    assert "c4n4ry" not in f"{told.value} {told.value!r} {told.value.mistakes}"
    assert told.value.__cause__ is None


_FREE_TEXT = {"MAIL_RECIPIENTS", "STATUS_DIR", "CLARION_HOME", "CLARION_PLAN", "TEMPLATES_DIR"}  # any text names a file


def test_no_secret_is_in_repr_or_str() -> None:
    settings = load(**SECRETS)
    for shown in (repr(settings), str(settings), f"{settings.webhooks}"):
        assert "c4n4ry" not in shown
        assert WHSEC not in shown


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        load().port = 1  # type: ignore[misc]


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text('PORT=1111\nexport STATUS_URL="https://from.example.com"  # said in the file\nSOMETHING_ELSE=1\n')
    settings = Settings.load(env, {"PORT": "2222", "STATUS_URL": "  "})
    assert settings.port == 2222
    assert settings.status_url == "https://from.example.com"


def test_a_secret_with_a_dollar_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_OF", "wrong")
    env = tmp_path / ".env"
    env.write_text("REDIS_URL=redis://:a${HOME_OF}b@localhost\n")
    secret = Settings.load(env, {}).redis_url
    assert secret is not None
    assert secret.get_secret_value() == "redis://:a${HOME_OF}b@localhost"


@pytest.mark.parametrize(
    ("written", "meant"), [("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN"), ("clarion_approvers", "CLARION_APPROVERS")]
)
def test_a_misspelt_name_in_the_file_is_told(tmp_path: Path, written: str, meant: str) -> None:
    env = tmp_path / ".env"
    env.write_text(f"{written}=x\n")
    with pytest.raises(SettingsMistake, match=f"{written}: There is no such setting. Did you mean {meant}"):
        Settings.load(env, {})


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_bytes(b"PORT=\xff\xfe")
    with pytest.raises(SettingsMistake, match="cannot be read"):
        Settings.load(env, {})


def test_building_settings_reads_neither_environment_nor_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Practice builds its own: no real setting may reach it (failure model 35)."""
    (tmp_path / ".env").write_text("PORT=1111\n")
    monkeypatch.chdir(tmp_path)
    for variable, value in SECRETS.items():
        monkeypatch.setenv(variable, value)
    settings = Settings(slack_bot_token=SecretStr("xoxb-practice"))
    assert settings.model_fields_set == {"slack_bot_token"}
    assert settings.port == 3000
    assert settings.webhooks == ()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/h", "https://localhost/h", "http://[::1]:9/h"])
def test_a_webhook_on_this_machine_is_refused_unless_asked_for(address: str) -> None:
    with pytest.raises(SettingsMistake) as told:
        load(WEBHOOKS=f"{address} {WHSEC}")
    assert "WEBHOOKS_ALLOW_LOOPBACK" in str(told.value)
    assert load(WEBHOOKS=f"{address} {WHSEC}", WEBHOOKS_ALLOW_LOOPBACK="true").webhooks[0].address == address


def test_clear_http_to_elsewhere_is_refused_even_then() -> None:
    with pytest.raises(SettingsMistake):
        load(WEBHOOKS=f"http://hooks.example.com/h {WHSEC}", WEBHOOKS_ALLOW_LOOPBACK="true")


def test_practice_may_hand_in_a_receiver_on_this_machine() -> None:
    hook = Webhook("http://127.0.0.1:9000/hook", SecretStr(WHSEC))
    assert Settings(webhooks=(hook,), webhooks_allow_loopback=True).webhooks == (hook,)
