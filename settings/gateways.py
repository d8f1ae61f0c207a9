"""Accounts and addresses of the gateways."""

from __future__ import annotations

from pydantic import Field, SecretStr

from settings.addresses import Address
from settings.environment import Environment


class GatewaySettings(Environment):
    """Accounts and addresses of the gateways."""

    at_service_code: str = Field("", description="USSD code served, e.g. *384*229#; empty: any")
    at_username: str = Field("", description="Africa's Talking account; empty: SMS are shown in the terminal, not sent")
    at_api_key: SecretStr = Field(SecretStr(""), description="its key")
    at_sender: str = Field("", description="sender of SMS, as registered with Africa's Talking; empty: its own")
    at_url: Address = Field(
        Address(), description="address of its API up to the version; empty: the real one, or the sandbox's"
    )
    whatsapp_token: SecretStr = Field(
        SecretStr(""), description="access token of the WhatsApp Cloud API; empty: messages are shown, not sent"
    )
    whatsapp_app_secret: SecretStr = Field(
        SecretStr(""), description="secret of the app that signs what comes in; a list"
    )
    whatsapp_verify_token: SecretStr = Field(
        SecretStr(""), description="word that Meta asks for when it is connected; a list"
    )
    whatsapp_phone_id: str = Field("", description="Meta's id of the number that citizens write to")
    whatsapp_url: Address = Field(Address("https://graph.facebook.com/v23.0"), description="address of the Cloud API")
    whatsapp_template: str = Field(
        "", description="approved template with one variable, and its language, e.g. zin_info/fr; empty: none"
    )
    telegram_token: SecretStr = Field(
        SecretStr(""), description="token of the Telegram bot; empty: messages are shown, not sent"
    )
    telegram_secret: SecretStr = Field(
        SecretStr(""), description="word that comes with each update, 22 or more signs; a list"
    )
    telegram_url: Address = Field(Address("https://api.telegram.org"), description="address of Telegram's API")
    madapi_service_code: str = Field("", description="USSD code served through MTN MADAPI; empty: any")
