"""What SQL can say on both of our databases and the ORM has no word for: rows inside a row, tables read together."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Field, Func, JSONField, Model, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


class _RowsField(JSONField):
    """A list of objects as a database made it: a text on SQLite, nothing at all where there are no rows."""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> list[dict[str, Any]]:
        """The list."""
        return (json.loads(value) if isinstance(value, str) else value) or []


class JSONRows(Subquery):
    """The rows of a query as one list of objects, so that a row brings along what belongs to it in the same query.

    ``columns`` name what each object holds (all columns of the model when none are named; "brand__name" follows
    relations). The value is a list of dicts; ``[]`` when the query finds nothing.
    """

    output_field = _RowsField()
    template = "(SELECT JSONB_AGG(listed.item) FROM (%(subquery)s) listed)"

    def __init__(self, queryset: QuerySet[Any], *columns: str) -> None:
        super().__init__(queryset.values(item=row_object(queryset.model, *columns)))

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """SQLite forgets inside a subquery that a text is JSON; it is told again."""
        template = "(SELECT JSON_GROUP_ARRAY(JSON(listed.item)) FROM (%(subquery)s) listed)"
        return super().as_sql(compiler, connection, template=template)


class _Parsed(Func):
    """A JSON column inside an object: SQLite would put it there as a text."""

    function = "JSON"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """PostgreSQL knows what it is."""
        return super().as_sql(compiler, connection, template="%(expressions)s")


def row_object(model: type[Model], *columns: str) -> JSONObject:
    """An expression that holds ``columns`` of a row (all of them when none are named) as one JSON object."""
    named = {name: name for name in columns or _columns(model)}
    as_json = {field.attname for field in model._meta.concrete_fields if isinstance(field, JSONField)}
    return JSONObject(**{name: _Parsed(name) if name in as_json else name for name in named})


def from_row(model: type[M], row: Mapping[str, Any]) -> M:
    """The instance an object of ``row_object`` describes, as if it had been read itself; absent columns are deferred."""
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    names = [field.attname for field in fields]
    return model.from_db(None, names, [_value(field, row[field.attname]) for field in fields])


def read_together(*querysets: QuerySet[Any]) -> list[list[Any]]:
    """The rows of several small tables in one query, a list of instances for each, in the order given."""
    parts = [rows.order_by().values_list(Value(place), row_object(rows.model)) for place, rows in enumerate(querysets)]
    found: list[list[Any]] = [[] for _rows in querysets]
    for place, row in parts[0].union(*parts[1:], all=True):
        content = json.loads(row) if isinstance(row, str) else row
        found[place].append(from_row(querysets[place].model, content))
    return found


def _columns(model: type[Model]) -> Collection[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _value(field: Field, content: Any) -> Any:
    if content is None or isinstance(field, JSONField):
        return content
    value = field.to_python(content)
    # SQLite writes moments without their time zone, which is always UTC.
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
