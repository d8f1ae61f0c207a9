"""The record of a preference in the store."""

from __future__ import annotations

from state.preferences import MAX_PREFERENCE_SECONDS, Preference, deserialize_preference, preference_entry


def test_record_of_the_store_keeps_a_preference_and_other_records_are_not_read() -> None:
    for preference in (Preference(), Preference("fon"), Preference("yo", "c1")):
        key, record, life = preference_entry("preference:a", preference)
        assert (key, life) == ("preference:a", MAX_PREFERENCE_SECONDS)
        assert deserialize_preference(record) == preference
    for strange in (
        b"",
        b"0",
        b"1:",
        b"1:{",
        b"1:[]",
        b'1:["fon"]',
        b'1:["fon",1]',
        b'2:["fon",""]',
        b"1:7",
        b'1:"fo"',
    ):
        assert deserialize_preference(strange) is None, strange
