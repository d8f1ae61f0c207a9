"""The secrets of Zin's own, one for each purpose; those of WhatsApp and Telegram stand beside their accounts."""

from __future__ import annotations

from pydantic import Field, SecretStr

from settings.environment import Environment


class SecretSettings(Environment):
    """The secrets of Zin's own, one for each purpose."""

    secret: SecretStr = Field(
        SecretStr(""), description="behind each of the next four, and in place of what is empty; 22 characters or more"
    )
    at_secrets: SecretStr = Field(SecretStr(""), description="last part of Africa's Talking's addresses; a list")
    madapi_secrets: SecretStr = Field(SecretStr(""), description="last part of MTN MADAPI's address; a list")
    rest_keys: SecretStr = Field(
        SecretStr(""), description="encrypt stored data: the first encrypts, all decrypt; a list"
    )
    pepper: SecretStr = Field(SecretStr(""), description="key of the hashes of phone numbers; it never changes")
