"""What a citizen types stays one value of a request, whatever it is."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from sources.declared.placeholders import fill_request, read_answers
from state.interfaces import Form
from tests.support.declared_api import declared

NEEDS = {"reference": "text"}
BY_PATH = declared(
    needs=NEEDS,
    reference=None,
    guarded=False,
    request={
        "server": "https://api.example",
        "path": "/files/{reference}/stage",
        "method": "GET",
        "query": {"of": "n-{reference}", "fixed": "a&b=c"},
    },
)
BY_BODY = declared(
    needs=NEEDS,
    reference=None,
    guarded=False,
    request={
        "server": "https://api.example",
        "path": "/files",
        "method": "POST",
        "json": {"file": [{"number": "{reference}", "note": "no. {reference}!"}]},
    },
)
HOSTILE = ["a/../../admin", "?x=1", "#", "%2e%2e", 'a", "admin": "1', "{reference}", "é ɔ", "a\\b", "&of=x", "a;b"]
typed = st.text(min_size=1, max_size=40).filter(lambda text: text not in (".", ".."))


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_stay_one_value(value: str) -> None:
    assert_one_value(value)


@given(typed)
def test_any_value_stays_one_value(value: str) -> None:
    if not any("\ud800" <= sign <= "\udfff" for sign in value):
        assert_one_value(value)


def assert_one_value(value: str) -> None:
    call = fill_request(BY_PATH, "https://api.example", {"reference": value})
    assert call
    url = URL(call.url, encoded=True).with_query(call.query)
    assert url.host == "api.example"
    parts = url.raw_path.split("/")
    assert (parts[:2], unquote(parts[2]), parts[3:]) == (["", "files"], value, ["stage"])
    assert parse_qsl(url.raw_query_string) == [("of", f"n-{value}"), ("fixed", "a&b=c")]
    assert not url.raw_fragment
    call = fill_request(BY_BODY, "https://api.example", {"reference": value})
    assert call
    assert call.json == {"file": [{"number": value, "note": f"no. {value}!"}]}


@pytest.mark.parametrize("value", [".", ".."])
def test_value_that_names_a_folder_is_not_sent(value: str) -> None:
    assert fill_request(BY_PATH, "https://api.example", {"reference": value}) is None


def test_proof_is_sent_as_what_it_is() -> None:
    file = declared(
        needs={"reference": "code", "proof": "proof"},
        request__json={"n": "{reference}", "phone": "{proof.phone_tail}", "born": ["{proof.day}"], "either": "{proof}"},
    )
    sent = {}
    for proof in ("0001", "05031990"):
        values = read_answers(file.needs, {"reference": "ex 1", "proof": proof})
        assert values
        call = fill_request(file, "https://api.example", values)
        assert call
        sent[proof] = call.json
    assert sent["0001"] == {"n": "EX1", "phone": "0001", "born": [], "either": "0001"}
    assert sent["05031990"] == {"n": "EX1", "born": ["1990-03-05"], "either": "1990-03-05"}


@pytest.mark.parametrize("form", ["day", "proof"])
def test_year_of_birth_alone_is_not_sent(form: Form) -> None:
    assert read_answers({"reference": "code", "born": form}, {"reference": "ex 1", "born": "1961-00-00"}) is None


def test_text_may_look_like_a_year_without_day() -> None:
    assert read_answers({"words": "text"}, {"words": "1961-00-00"}) == {"words": "1961-00-00"}
