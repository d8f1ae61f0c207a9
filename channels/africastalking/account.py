"""Africa's Talking, account: the balance. Source: developers.africastalking.com/docs/application, and the SDK 2.0.3."""

from __future__ import annotations

from typing import Final

from channels.contracts.channel import scalar, single_line
from httpclient.json_client import JSON, Call, CallLimits, JsonClient
from settings import Settings

LIMITS: Final = CallLimits(seconds=12.0, connect_seconds=3.0, max_bytes=64 * 1024)
MAX_BALANCE: Final = 40
REAL: Final = "https://api.africastalking.com/version1"
SANDBOX: Final = "https://api.sandbox.africastalking.com/version1"


async def read_balance(settings: Settings) -> str:
    """Return the balance as Africa's Talking writes it: "XOF 1234.50"; "" if it does not say it. Raises NoAnswer."""
    client, user = JsonClient(LIMITS), settings.at_username
    url = f"{settings.at_url or (SANDBOX if user == 'sandbox' else REAL)}/user"
    headers = {"apiKey": settings.at_api_key.get_secret_value(), "Accept": JSON}
    try:
        answer = await client.send(Call("GET", url, query={"username": user}), headers)
    finally:
        await client.close()
    data = answer.payload.get("UserData")
    return single_line(scalar(data.get("balance")), MAX_BALANCE) if isinstance(data, dict) else ""
