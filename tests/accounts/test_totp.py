"""Codes of a second factor: the vectors of RFC 6238, the half minutes around, and the address for an app."""

from __future__ import annotations

import pytest

from accounts.totp import STEP_SECONDS, address, code, new_secret, step_of, written

SECRET = b"12345678901234567890"  # of the RFC's appendix B
# Seconds since 1970, and the last six of the eight digits there.
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "digits"), VECTORS)
def test_code_is_that_of_the_rfc(seconds: int, digits: str) -> None:
    assert code(SECRET, seconds // STEP_SECONDS) == digits
    assert step_of(SECRET, digits, seconds) == seconds // STEP_SECONDS


@pytest.mark.parametrize(("late", "fits"), [(-31, False), (-1, True), (0, True), (29, True), (59, True), (61, False)])
def test_code_fits_for_half_a_minute_around(late: int, fits: bool) -> None:
    step = 37037037
    found = step_of(SECRET, code(SECRET, step), step * STEP_SECONDS + late)
    assert found == (step if fits else None)


@pytest.mark.parametrize("typed", ["", "05924", "0005924", "005925", "００５９２４", "\udc80", "x" * 5000])
def test_wrong_codes_fit_no_step(typed: str) -> None:
    assert step_of(SECRET, typed, 1234567890) is None


def test_secrets_differ_and_are_typed_in_base32() -> None:
    assert new_secret() != new_secret()
    assert written(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_address_names_the_account_and_who_asks() -> None:
    assert address(SECRET, "a.kossou") == (
        "otpauth://totp/Zin%3Aa.kossou?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Zin&digits=6&period=30"
    )
