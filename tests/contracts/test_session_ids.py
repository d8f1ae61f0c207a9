"""A session id that comes again for a new call begins a new call; a hop that is repeated gets its same bytes."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from channels.contracts.request_body import FORM, JSON
from state.interfaces import Inbound, Reply
from tests.support.channel_requests import CHANNELS, read
from tests.support.conversation import USSD, Town
from tests.support.gateway_tables import Row, each_row

NAMES = {"africastalking": "africastalking_ussd", "madapi": "madapi"}
PHONE, SESSION = "+2290190000061", "essai-1"


async def inbound_of(gateway: str, hop: dict[str, Any]) -> Inbound:
    """What the gateway's channel makes of this hop."""
    channel = next(one for one in CHANNELS if one.name == NAMES[gateway])
    if gateway == "africastalking":
        form = {"sessionId": SESSION, "serviceCode": "*384*229#", "phoneNumber": PHONE, "text": hop["sends"]}
        found = await read(channel, urlencode(form).encode(), FORM)
    else:
        begins = "begins" in hop
        behind = f"*{hop['begins']}" if begins and hop["begins"] else ""
        fields = {
            "sessionId": SESSION,
            "messageType": 0 if begins else 1,
            "msisdn": PHONE,
            "serviceCode": "384*229",
            "ussdString": f"384*229{behind}" if begins else hop["sends"],
        }
        found = await read(channel, json.dumps(fields).encode(), JSON)
    assert isinstance(found, Inbound)
    return found


@each_row("calls", "gateway", "why")
async def test_session_id_that_comes_again(row: Row) -> None:
    town, replies = Town(), list[Reply]()
    for hop in row["hops"]:
        town.clock.now += hop.get("after", 0)
        reply = await town.conversation.handle(await inbound_of(row["gateway"], hop), USSD)
        replies.append(reply)
        if "same" in hop:
            assert reply == replies[hop["same"]]
        else:
            assert (reply.text[: len(hop["shows"])], reply.ends_session) == (hop["shows"], hop.get("ends", False))
