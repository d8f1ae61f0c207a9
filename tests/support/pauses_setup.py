"""What tests of pauses and of outbox statistics share."""

from __future__ import annotations

from collections import Counter

from channels.contracts.sender import Message
from channels.outbox.pauses import Pauses
from channels.outbox.statistics import OutboxStatistics, outbox_statistics
from tests.support.database import Registry
from tests.support.delivery_rounds import RoundWorker
from tests.support.delivery_setup import NUMBER, Gateway, House

BAC, CEP = "exams.result:bac-2027", "exams.result:cep-2027"


class Other(Gateway):
    gateway = "whatsapp"


class Office:
    """A delivery to two gateways, and the pauses of its outbox."""

    def __init__(self, registry: Registry) -> None:
        self.house, self.other = House(registry), Other()
        self.sms = self.house.gateway
        self.pauses = Pauses(registry.database, self.house.clock)
        self.database = registry.database

    def delivery(self) -> RoundWorker:
        return RoundWorker(
            self.house.outbox, [self.sms, self.other], self.house.pace, self.house.has_stopped, lambda: 0.5
        )

    async def post(self, key: str, gateway: str = "sms", topic: str = "", life: float = 3600.0) -> None:
        await self.house.outbox.enqueue(Message(key, gateway, NUMBER, "Bonjour", not topic, life, topic=topic))

    async def deliver(self) -> None:
        while await self.delivery().round():
            pass

    @property
    def took(self) -> Counter[str]:
        return self.sms.took + self.other.took

    async def standing(self) -> OutboxStatistics:
        return await outbox_statistics(self.database, self.house.clock)
