"""Many rows in a few statements: COPY into a temporary table, and from there into the real one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import orjson
from django.db import connection, models
from psycopg import sql

ARRAY_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\""})


def as_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def as_array(values: Iterable[str]) -> str:
    """Return PostgreSQL's text for an array of texts."""
    return "{" + ",".join(f'"{value.translate(ARRAY_ESCAPES)}"' for value in values) + "}"


class Incoming:
    """A temporary table of rows on their way into a model's table; it is gone with the transaction."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self.model = model
        self.columns = tuple(columns)
        self.fields = {
            field.attname: field for field in model._meta.concrete_fields if not field.primary_key
        }
        self.table = sql.Identifier(model._meta.db_table)
        self.name = sql.Identifier(f"incoming_{model._meta.db_table}")

    def copy(self, rows: Iterable[Sequence[Any]]) -> None:
        """Bring rows here, in place of those that were here before."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql("DROP TABLE IF EXISTS {name}"))
            cursor.execute(
                self._sql(
                    "CREATE TEMPORARY TABLE {name} ON COMMIT DROP"
                    " AS SELECT {columns} FROM {table} WITH NO DATA"
                )
            )
            # Django translates what execute raises; what copying raises comes later.
            copying = cursor.copy(self._sql("COPY {name} FROM STDIN"))
            with connection.wrap_database_errors, copying as copy:
                for row in rows:
                    copy.write_row(row)

    def insert(self, *, key: str, only: str = "TRUE", returning: Sequence[str]) -> list[Any]:
        """Insert, in the order of `key`, the rows that meet no other with one of their identifiers.

        `only` is a condition on the rows. Columns that none of them brings take the model's default.
        Return the values of `returning` of what was inserted; what is missing there was met by
        somebody else's row.
        """
        brought = [name for name in self.columns if name in self.fields]
        absent = {name: field for name, field in self.fields.items() if name not in brought}
        statement = self._sql(
            "INSERT INTO {table} ({into}) SELECT {values} FROM {name} WHERE {only} ORDER BY {key}"
            " ON CONFLICT DO NOTHING RETURNING {returning}",
            into=_listed([*brought, *absent]),
            values=_joined([*map(sql.Identifier, brought), *[sql.Placeholder()] * len(absent)]),
            only=sql.SQL(only),
            key=sql.Identifier(key),
            returning=_listed(returning),
        )
        defaults = [
            field.get_db_prep_save(field.get_default(), connection) for field in absent.values()
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement, defaults)
            inserted: list[Any] = cursor.fetchall()
        return inserted

    def update(self, *, columns: Collection[str]) -> int:
        """Write these columns over the rows with the same primary key; return how many there were."""
        statement = self._sql(
            "UPDATE {table} AS held SET {assignments} FROM {name} AS fresh WHERE held.id = fresh.id",
            assignments=_joined(
                sql.SQL("{0} = fresh.{0}").format(sql.Identifier(column)) for column in columns
            ),
        )
        with connection.cursor() as cursor:
            cursor.execute(statement)
            written: int = cursor.rowcount
        return written

    def _sql(self, text: str, **parts: sql.Composable) -> str:
        parts |= {"name": self.name, "table": self.table, "columns": _listed(self.columns)}
        return sql.SQL(text).format(**parts).as_string(None)


def _listed(columns: Iterable[str]) -> sql.Composed:
    return _joined(map(sql.Identifier, columns))


def _joined(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)
