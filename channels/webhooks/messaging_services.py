"""What the webhooks and the workers of messages share: the conversation, and the queues in SQL."""

from __future__ import annotations

from dataclasses import dataclass

from channels.deferred.postponed import PostponedMessages
from channels.deferred.repository import DeferredRepository
from channels.outbox.repository import Outbox
from channels.webhooks.outgoing_messages import OutgoingMessageService
from state.conversation.conversation import Conversation


@dataclass(frozen=True, slots=True)
class MessagingServices:
    """The services that every message webhook needs.

    postponed is None in a trial, where no worker takes such messages up.
    """

    conversation: Conversation
    outbox: Outbox
    promises: DeferredRepository
    post: OutgoingMessageService
    postponed: PostponedMessages | None = None
