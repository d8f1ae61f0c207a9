"""What each status of a delivery report of an SMS means: delivered, failed, or not final.

The gateway's list has grown, networks behind it pass their own words through, and a status of a send or a reason may
stand in the place of a status. So the table has the present list, the older ones, those of networks (MTN MADAPI SMS v2;
SMPP 3.4, section 5.2.28) and the codes of a send. Letters are compared without case, blanks and marks. Source:
developers.africastalking.com/docs/sms/notifications
"""

from __future__ import annotations

import re
from typing import Final

from channels.contracts.sender import Reported

DELIVERED: Final = "Success Delivered DeliveredToTerminal DELIVRD"
FAILED: Final = """
    Failed Rejected Expired AbsentSubscriber
    Undelivered Undeliverable NotDelivered Deleted DeliveryFailure DeliveryImpossible UNDELIV REJECTD
    UserInBlacklist InvalidPhoneNumber UnsupportedNumberType DoNotDisturbRejection RiskHold InvalidSenderId
    InsufficientBalance CouldNotRoute InternalServerError GatewayError RejectedByGateway
    InsufficientCredit InvalidLinkId UserIsInactive UserAccountSuspended NotNetworkSubscriber
    UserNotSubscribedToProduct UserDoesNotExist
"""
NOT_FINAL: Final = """
    Sent Submitted Buffered Queued Processed Pending Accepted
    DeliveredToNetwork DeliveryUncertain MessageWaiting DeliveryNotificationNotSupported ENROUTE ACCEPTD UNKNOWN
"""
BETWEEN_LETTERS: Final = re.compile(r"[\W_]+")
BLACKLISTED: Final = "userinblacklist"
NO_REASON: Final = ("", "none", "null")


def letters(status: str) -> str:
    """A status or reason without case, blanks and marks."""
    return BETWEEN_LETTERS.sub("", status).casefold()


STATES: Final[dict[str, Reported | None]] = {
    **{letters(one): "delivered" for one in DELIVERED.split()},
    **{letters(one): "failed" for one in FAILED.split()},
    **{letters(one): None for one in NOT_FINAL.split()},
}
