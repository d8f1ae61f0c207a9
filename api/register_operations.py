"""PUT, DELETE and POST under /registers: a ministry's system brings the rows that citizens read.

The feed of a row is the ministry of the key, so that no request reaches the rows of another (registers/writes.py). A
key for tests runs the same transaction, which is then taken back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, Literal, cast

from pydantic import Field

from api.operations import AnswerModel, Call, Operation
from api.problems import MAX_ERRORS, ApiProblem, FieldError
from api.request_models import RequestModel
from database.interface import Database, Writer
from registers.register import Register, RegisterRefused
from registers.writes import MAX_WRITTEN, Batch, RegisterWrites, RowsRefused, Written

MAX_BODY: Final = 2 * 1024 * 1024  # bytes: a thousand rows with two thousand each
Cells = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=300)]], Field(max_length=40)
]


class RowBody(RequestModel):
    """Une ligne d'un registre."""

    values: Annotated[
        Cells,
        Field(
            description="les colonnes du registre, chacune un texte, sans la référence",
            examples=[{"service": "Casier judiciaire", "status": "ready", "updated": "2026-12-01", "phone": "0001"}],
        ),
    ]


class RowsBody(RequestModel):
    """Plusieurs lignes d'un registre, écrites toutes ou aucune."""

    rows: Annotated[
        tuple[Cells, ...], Field(max_length=MAX_WRITTEN, description="les lignes, avec leur référence")
    ] = ()
    removed: Annotated[
        tuple[Annotated[str, Field(max_length=64)], ...],
        Field(max_length=MAX_WRITTEN, description="les références des lignes à enlever"),
    ] = ()


class RowAnswer(AnswerModel):
    """Ce qu'est devenue une ligne."""

    done: Annotated[
        Literal["added", "changed", "removed", "unchanged"],
        Field(description="ajoutée, changée, enlevée, ou déjà ainsi"),
    ]


class RowsAnswer(AnswerModel):
    """Ce que sont devenues les lignes ; les autres étaient déjà ainsi."""

    added: Annotated[int, Field(description="lignes ajoutées")]
    changed: Annotated[int, Field(description="lignes changées")]
    removed: Annotated[int, Field(description="lignes enlevées")]


class TakenBack(Exception):
    """Ends a transaction of a key for tests, so that nothing of it is stored."""


class TrialDatabase:
    """A database whose transactions run to their end and are then taken back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @asynccontextmanager
    async def exclusive_transaction(self) -> AsyncIterator[Writer]:
        """Open a transaction that stores nothing."""
        try:
            async with self._database.exclusive_transaction() as writer:
                yield writer
                raise TakenBack
        except TakenBack:
            return


async def put_row(call: Call, body: RowBody) -> RowAnswer:
    """Add or replace a row. Raises ApiProblem."""
    register = _register(call)
    key = register.storable.key
    if key in body.values:
        fault = FieldError(field=f"values.{key}", message="elle est déjà dans l'adresse : enlevez-la d'ici")
        raise ApiProblem("invalid", "Rien n'est changé : corrigez ce champ, puis renvoyez la requête.", [fault])
    return _done(await _write(call, register, Batch(rows=({**body.values, key: call.path["id"]},))))


async def delete_row(call: Call, body: None) -> RowAnswer:
    """Remove a row; one that is not there is unchanged. Raises ApiProblem."""
    return _done(await _write(call, _register(call), Batch(removed=(call.path["id"],))))


async def write_rows(call: Call, body: RowsBody) -> RowsAnswer:
    """Write a batch. Raises ApiProblem."""
    found = await _write(call, _register(call), Batch(body.rows, body.removed))
    return RowsAnswer(added=len(found.added), changed=len(found.changed), removed=len(found.removed))


def _done(found: Written) -> RowAnswer:
    if found.added:
        return RowAnswer(done="added")
    return RowAnswer(done="changed" if found.changed else "removed" if found.removed else "unchanged")


def _register(call: Call) -> Register:
    entries = call.services.entries()
    name = call.path["name"]
    if name not in entries.registers:
        raise ApiProblem("not-found", f"Il n'y a pas ce registre ; il y a : {', '.join(sorted(entries.registers))}.")
    return Register(name, entries.registers[name], call.key.ministry, entries.statuses)


async def _write(call: Call, register: Register, batch: Batch) -> Written:
    database = call.services.database
    if call.key.mode == "test":
        database = cast(Database, TrialDatabase(database))
    try:
        return await RegisterWrites(database, call.services.names).write(f"api:{call.key.id}", register, batch)
    except RowsRefused as refused:
        faults = [
            FieldError(field=_place(one.place, batch), message=f"{wrong.reason} {wrong.detail}".strip())
            for one in refused.rows
            for wrong in one.wrong
        ]
        text = f"Rien n'est changé : {len(refused.rows)} lignes à corriger, puis renvoyez la requête."
        raise ApiProblem("invalid", text, faults[:MAX_ERRORS]) from None
    except RegisterRefused as refused:
        raise ApiProblem("invalid", str(refused)) from None


def _place(place: int, batch: Batch) -> str:
    return f"rows.{place}" if place < len(batch.rows) else f"removed.{place - len(batch.rows)}"


OPERATIONS: Final = (
    Operation(
        name="putRow",
        method="PUT",
        path="/registers/{name}/{id}",
        summary="Ajouter ou remplacer une ligne d'un registre",
        run=put_row,
        answer=RowAnswer,
        scope="registers",
        body=RowBody,
        problems=("not-found",),
    ),
    Operation(
        name="deleteRow",
        method="DELETE",
        path="/registers/{name}/{id}",
        summary="Enlever une ligne d'un registre",
        run=delete_row,
        answer=RowAnswer,
        scope="registers",
        problems=("not-found", "invalid"),
    ),
    Operation(
        name="writeRows",
        method="POST",
        path="/registers/{name}",
        summary="Écrire plusieurs lignes d'un registre, toutes ou aucune",
        run=write_rows,
        answer=RowsAnswer,
        scope="registers",
        body=RowsBody,
        max_bytes=MAX_BODY,
        problems=("not-found",),
    ),
)
