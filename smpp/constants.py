"""Numbers of SMPP 3.4: commands, statuses and optional parameters (sections 5.1.2.1, 5.1.3 and 5.3.2).

Commands, statuses and parameters are plain numbers, because peers use more of them than the specification has: an
unknown one must not end a connection.
"""

from __future__ import annotations

from typing import Final

RESPONSE: Final = 0x80000000  # bit of every response's command
GENERIC_NACK: Final = 0x80000000
BIND_RECEIVER: Final = 0x00000001
BIND_TRANSMITTER: Final = 0x00000002
SUBMIT_SM: Final = 0x00000004
DELIVER_SM: Final = 0x00000005
UNBIND: Final = 0x00000006
BIND_TRANSCEIVER: Final = 0x00000009
ENQUIRE_LINK: Final = 0x00000015
BINDS: Final = frozenset({BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER})

ROK: Final = 0x00
RINVMSGLEN: Final = 0x01
RINVCMDLEN: Final = 0x02
RINVCMDID: Final = 0x03
RINVBNDSTS: Final = 0x04
RALYBND: Final = 0x05
RSYSERR: Final = 0x08
RINVSRCADR: Final = 0x0A
RINVDSTADR: Final = 0x0B
RBINDFAIL: Final = 0x0D
RINVPASWD: Final = 0x0E
RINVSYSID: Final = 0x0F
RMSGQFUL: Final = 0x14
RINVSERTYP: Final = 0x15
RSUBMITFAIL: Final = 0x45
RINVSRCTON: Final = 0x48
RINVSRCNPI: Final = 0x49
RINVDSTTON: Final = 0x50
RINVDSTNPI: Final = 0x51
RTHROTTLED: Final = 0x58
RX_T_APPN: Final = 0x64
RX_P_APPN: Final = 0x65
RINVOPTPARSTREAM: Final = 0xC0
RINVOPTPARAMVAL: Final = 0xC4
THROTTLED: Final = frozenset({RTHROTTLED, RMSGQFUL})

RECEIPTED_MESSAGE_ID: Final = 0x001E
USER_MESSAGE_REFERENCE: Final = 0x0204
SAR_MSG_REF_NUM: Final = 0x020C
SAR_TOTAL_SEGMENTS: Final = 0x020E
SAR_SEGMENT_SEQNUM: Final = 0x020F
SC_INTERFACE_VERSION: Final = 0x0210
MESSAGE_PAYLOAD: Final = 0x0424
MESSAGE_STATE: Final = 0x0427
USSD_SERVICE_OP: Final = 0x0501
ITS_SESSION_INFO: Final = 0x1383

ESM_RECEIPT: Final = 0x04  # esm_class of a deliver_sm that is a delivery receipt
ESM_KIND: Final = 0x3C  # the bits of esm_class that say what a message is
ESM_UDHI: Final = 0x40  # esm_class: the text begins with a user data header
FINAL_RECEIPT: Final = 0x01  # registered_delivery: a receipt of the final state
INTERFACE_VERSION: Final = 0x34
MAX_SHORT: Final = 254  # octets of a short_message

NAMES: Final = {
    RINVMSGLEN: "invalid_length",
    RINVCMDLEN: "invalid_command_length",
    RINVCMDID: "invalid_command",
    RINVBNDSTS: "wrong_bind_state",
    RALYBND: "already_bound",
    RSYSERR: "system_error",
    RINVSRCADR: "invalid_source",
    RINVDSTADR: "invalid_number",
    RBINDFAIL: "bind_failed",
    RINVPASWD: "wrong_password",
    RINVSYSID: "wrong_system_id",
    RMSGQFUL: "queue_full",
    RINVSERTYP: "invalid_service_type",
    RSUBMITFAIL: "submit_failed",
    RINVSRCTON: "invalid_source_ton",
    RINVSRCNPI: "invalid_source_npi",
    RINVDSTTON: "invalid_number_ton",
    RINVDSTNPI: "invalid_number_npi",
    RTHROTTLED: "throttled",
    RINVOPTPARSTREAM: "invalid_parameters",
    RINVOPTPARAMVAL: "invalid_parameter",
}


def status_name(status: int) -> str:
    """Return the name of a status for logs and reasons; for others, a vendor's for example, its number."""
    return NAMES.get(status, f"status_{status:#x}")
