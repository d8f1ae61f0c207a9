"""Versions that another account approves, and that come into service at their hour, exactly once."""

from __future__ import annotations

import asyncio

import pytest

from authoring.versions.approvals import Approvals
from authoring.versions.errors import MenusRefused
from authoring.versions.publishing import MenuPublishing
from authoring.versions.schedules import MAX_AHEAD_SECONDS, MenuSchedules, Schedule
from tests.authoring.drafts.test_menu_drafts import Desk
from tests.support.menu_versions import Bench, audited_actions, history

pytestmark = pytest.mark.slow
PRICE = "catalogue/casier-judiciaire-b3.yaml"


def guarded(bench: Bench) -> MenuPublishing:
    """The versions as a server has them that asks for another account for prices."""
    versions = bench.other()
    versions.approvals = Approvals(versions.repository, frozenset({"prices"}), bench.clock)
    return versions


async def priced(bench: Bench, *, by: str = "awa") -> str:
    """Stage a version with another price."""
    await bench.versions.ensure_first_publication(bench.folder)
    bench.change(PRICE, "value: 1900", "value: 2100")
    return await bench.stage(by)


async def test_changed_price_waits_for_another_account(bench: Bench) -> None:
    version, versions = await priced(bench), guarded(bench)
    with pytest.raises(MenusRefused, match="change des prix : une autre personne"):
        await versions.publish("awa", version, instead_of=1)
    with pytest.raises(MenusRefused, match="Vous avez écrit ou proposé"):
        await versions.approvals.approve("awa", version, 1)
    await versions.approvals.approve("bio", version, 1)
    await versions.approvals.approve("cossi", version, 1)  # read twice does no harm
    state = await versions.approvals.state(version)
    assert (sorted(state.needed), state.approval and state.approval.by, state.is_open) == (["prices"], "bio", True)
    made = await versions.publish("awa", version, instead_of=1)
    assert made.number == 2
    await versions.compiled.close()


async def test_other_changes_need_no_other_account(bench: Bench) -> None:
    await bench.versions.ensure_first_publication(bench.folder)
    bench.change("home.yaml", "say: Bienvenue", "say: Bonjour")
    version, versions = await bench.stage(), guarded(bench)
    state = await versions.approvals.state(version)
    assert (sorted(state.kinds), sorted(state.needed), state.is_open) == (["menus"], [], True)
    assert (await versions.publish("awa", version, instead_of=1)).number == 2
    await versions.compiled.close()


async def test_approval_ends_when_another_version_comes_into_service(bench: Bench) -> None:
    version, versions = await priced(bench), guarded(bench)
    await versions.approvals.approve("bio", version, 1)
    bench.change(PRICE, "value: 2100", "value: 1900")
    bench.change("home.yaml", "say: Bienvenue", "say: Bonjour")
    await bench.publish("cossi")
    with pytest.raises(MenusRefused, match="une autre personne"):
        await versions.publish("awa", version, instead_of=2)
    with pytest.raises(MenusRefused, match="comparez de nouveau"):
        await versions.approvals.approve("bio", version, 1)
    await versions.compiled.close()


async def test_who_wrote_in_the_draft_does_not_approve(bench: Bench) -> None:
    await bench.versions.ensure_first_publication(bench.folder)
    desk = Desk(bench)
    await desk.change(PRICE, "value: 1900", "value: 2100", by="awa")
    await desk.change(PRICE, "value: 2100", "value: 2200", by="bio")
    versions = guarded(bench)
    staged = await versions.stage_draft("cossi", await desk.drafts.working_copy(), "nouveau tarif")
    assert (await versions.approvals.state(staged.version)).writers == {"awa", "bio", "cossi"}
    for name in ("awa", "bio", "cossi"):
        with pytest.raises(MenusRefused, match="Vous avez écrit ou proposé"):
            await versions.approvals.approve(name, staged.version, 1)
    await versions.approvals.approve("dossou", staged.version, 1)
    (waiting,) = await versions.repository.staged()
    assert waiting.why == "nouveau tarif"
    await versions.compiled.close()


async def test_shell_and_return_need_no_other_account(bench: Bench) -> None:
    version, versions = await priced(bench), guarded(bench)
    assert (await versions.publish("console:root", version)).number == 2
    assert (await versions.rollback("awa", instead_of=2, why="faux prix")).number == 3
    await versions.compiled.close()


class Servers:
    """Two servers over one database, and one version with an hour."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.versions = bench, [guarded(bench), guarded(bench)]
        self.schedules = [MenuSchedules(one, bench.clock) for one in self.versions]

    def hour(self, version: str, seconds: float = 3600, instead_of: int = 1) -> Schedule:
        return Schedule(version, instead_of, int(self.bench.clock.now + seconds), "awa", "nouveau tarif")

    async def look(self) -> None:
        await asyncio.gather(*(one.publish_due() for one in self.schedules))

    async def close(self) -> None:
        for one in self.versions:
            await one.compiled.close()


async def plain(bench: Bench) -> str:
    await bench.versions.ensure_first_publication(bench.folder)
    bench.change("home.yaml", "say: Bienvenue", "say: Bonjour")
    return await bench.stage()


async def test_two_servers_publish_at_the_hour_exactly_once(bench: Bench) -> None:
    version, servers = await plain(bench), Servers(bench)
    await servers.schedules[0].set(servers.hour(version))
    await servers.look()
    assert len(await history(bench)) == 1
    bench.clock.now += 3600
    for _ in range(3):
        await servers.look()
    assert (await history(bench))[0] == (2, version, "awa")
    assert len(await history(bench)) == 2
    assert await servers.schedules[1].all() == ()
    actions = [action for _, action, _ in await audited_actions(bench)]
    assert (actions.count("menus schedule"), actions.count("menus publish")) == (1, 2)
    await servers.close()


async def test_hour_that_passed_while_no_server_ran_is_made_up_for(bench: Bench) -> None:
    version, before = await plain(bench), Servers(bench)
    await before.schedules[0].set(before.hour(version))
    await before.close()
    bench.clock.now += 10 * 3600
    after = Servers(bench)
    await after.look()
    assert (await history(bench))[0][:2] == (2, version)
    await after.close()


async def test_version_that_nobody_compared_is_not_published(bench: Bench) -> None:
    version, servers = await plain(bench), Servers(bench)
    await servers.schedules[0].set(servers.hour(version))
    bench.change("home.yaml", "say: Bonjour", "say: Bonsoir")
    other = await bench.publish("cossi")
    bench.clock.now += 3600
    for _ in range(2):
        await servers.look()
    assert (await history(bench))[0][:2] == (2, other)
    (failed,) = await servers.schedules[0].all()
    assert "une autre version a été mise en service entre-temps" in failed.failure.lower()
    await servers.schedules[0].remove("awa", version)
    assert await servers.schedules[0].all() == ()
    await servers.close()


async def test_hour_is_changed_and_taken_away(bench: Bench) -> None:
    version, servers = await plain(bench), Servers(bench)
    await servers.schedules[0].set(servers.hour(version))
    await servers.schedules[0].set(servers.hour(version, 7200))
    (one,) = await servers.schedules[1].all()
    assert one.at == int(bench.clock.now) + 7200
    await servers.schedules[1].remove("bio", version)
    with pytest.raises(MenusRefused, match="n'a plus d'heure"):
        await servers.schedules[0].remove("awa", version)
    bench.clock.now += 7200
    await servers.look()
    assert len(await history(bench)) == 1
    await servers.close()


async def test_hour_needs_a_staged_approved_version_and_a_time_to_come(bench: Bench) -> None:
    version, servers = await priced(bench), Servers(bench)
    hours = servers.schedules[0]
    with pytest.raises(MenusRefused, match="une autre personne"):
        await hours.set(servers.hour(version))
    await servers.versions[0].approvals.approve("bio", version, 1)
    for seconds in (0, -60, MAX_AHEAD_SECONDS + 60):
        with pytest.raises(MenusRefused, match="heure à venir"):
            await hours.set(servers.hour(version, seconds))
    with pytest.raises(MenusRefused, match="comparez de nouveau"):
        await hours.set(servers.hour(version, instead_of=7))
    await hours.set(servers.hour(version))
    bench.clock.now += 3600
    await servers.look()
    assert (await history(bench))[0][:2] == (2, version)
    await servers.close()
