"""The mail server of the settings: its address, its login, and TLS unless it is on this machine."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from settings import Address, InvalidSettings, Settings, load
from settings.smtp import SmtpServer

SENDER, PASSWORD = "zin@exemple.bj", "a-password-of-the-tests"
OWN = "s" * 22  # a secret of its own, with which a demonstration may reach others


def server(url: str, password: str = "") -> SmtpServer | None:
    settings = Settings(
        smtp_url=Address(url), smtp_sender=SENDER, smtp_password=SecretStr(password), secret=SecretStr(OWN)
    )
    return settings.smtp


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtps://mail.exemple.bj", ("mail.exemple.bj", 465, True, False)),
        ("smtp://mail.exemple.bj", ("mail.exemple.bj", 587, False, True)),
        ("smtp://mail.exemple.bj:25", ("mail.exemple.bj", 25, False, True)),
        ("smtp://127.0.0.1:25", ("127.0.0.1", 25, False, False)),
        ("smtp://[::1]:25", ("::1", 25, False, False)),
        ("smtp://localhost:25", ("localhost", 25, False, False)),
    ],
)
def test_tls_is_left_out_on_this_machine_only(url: str, expected: tuple[str, int, bool, bool]) -> None:
    found = server(url)
    assert found
    assert (found.host, found.port, found.tls, found.starttls) == expected


def test_user_may_be_an_address() -> None:
    found = server("smtps://zin%40exemple.bj@mail.exemple.bj", PASSWORD)
    assert found
    assert (found.user, found.password) == ("zin@exemple.bj", PASSWORD)
    assert PASSWORD not in repr(found)


def test_no_address_is_no_mail_server() -> None:
    assert server("") is None


@pytest.mark.parametrize(
    ("url", "sender", "password", "named"),
    [
        ("mail.exemple.bj", SENDER, "", "smtp_url: an address that begins with smtp:// or smtps://"),
        ("smtps://", SENDER, "", "smtp_url: an address such as"),
        ("smtps://mail.exemple.bj:none", SENDER, "", "smtp_url: an address such as"),
        ("smtps://mail.exemple.bj/box", SENDER, "", "smtp_url: an address such as"),
        ("smtps://mail.exemple.bj?tls=no", SENDER, "", "smtp_url: an address such as"),
        (f"smtps://zin:{PASSWORD}@mail.exemple.bj", SENDER, "", "smtp_url: without a password, which is smtp_password"),
        ("smtps://zin@mail.exemple.bj", SENDER, "", "smtp_url, smtp_password: a user before the @ and a password"),
        ("smtps://mail.exemple.bj", SENDER, PASSWORD, "smtp_url, smtp_password: a user before the @ and a password"),
        ("smtps://mail.exemple.bj", "", "", "smtp_sender: needed with smtp_url"),
        ("smtps://mail.exemple.bj", "Zin <zin@exemple.bj>", "", "smtp_sender: needed with smtp_url"),
        ("smtps://mail.exemple.bj", "zin@exemple.bj\nBcc: x@y", "", "smtp_sender: needed with smtp_url"),
    ],
)
def test_wrong_setting_is_named_without_its_secret(url: str, sender: str, password: str, named: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(smtp_url=Address(url), smtp_sender=sender, smtp_password=SecretStr(password), secret=SecretStr(OWN))
    (error,) = refused.value.errors()
    assert named in error["msg"]
    assert PASSWORD not in error["msg"]


def test_start_says_it_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIN_SMTP_URL", "smtp://127.0.0.1:25")
    with pytest.raises(InvalidSettings) as refused:
        load()
    assert str(refused.value) == ("ZIN settings: smtp_sender: needed with smtp_url, an address such as zin@example.bj")


def test_demonstration_with_the_public_secret_writes_to_nobody() -> None:
    with pytest.raises(ValidationError, match="smtp_url: beside anything real a demonstration needs"):
        Settings(smtp_url=Address("smtps://mail.exemple.bj"), smtp_sender=SENDER)
