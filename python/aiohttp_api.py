"""The contract on aiohttp, with marshmallow for validation and gunicorn for workers."""

from collections.abc import Iterator
from json import JSONDecodeError
from typing import Any

from aiohttp import web
from marshmallow import Schema, ValidationError, fields
from marshmallow.exceptions import SCHEMA
from marshmallow.validate import Length, Range, Regexp

import contract

PAYLOAD = web.AppKey("PAYLOAD", str)

# marshmallow reports messages; here each message is the rule's name.
MESSAGES = {"required": "required", "null": "type", "invalid": "type", "unknown": "unknown"}
NAMED = {"required": True, "error_messages": MESSAGES}


def length(least: int | None, most: int) -> Length:
    """Check a length under the rule's name."""
    return Length(least, most, error="length")


class StrictList(fields.List):
    """marshmallow takes every iterable for a list, an object's keys too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class StrictSchema(Schema):
    """Names the faults that concern a whole object."""

    error_messages = {"type": "type", "unknown": "unknown"}


class Address(StrictSchema):
    """Where a registered person lives."""

    street = fields.String(validate=length(1, 200), **NAMED)
    city = fields.String(validate=length(1, 100), **NAMED)
    postcode = fields.String(validate=length(3, 12), **NAMED)


class Registration(StrictSchema):
    """The document that /validate checks; the answer keeps this order."""

    name = fields.String(validate=length(1, 100), **NAMED)
    email = fields.String(
        validate=[length(None, 254), Regexp(contract.EMAIL_LINE, error="format")],
        **NAMED,
    )
    age = fields.Integer(strict=True, validate=Range(18, 120, error="range"), **NAMED)
    country = fields.String(validate=Regexp(contract.COUNTRY_LINE, error="format"), **NAMED)
    tags = StrictList(
        fields.String(validate=length(1, 32), error_messages=MESSAGES),
        validate=length(None, 10),
        **NAMED,
    )
    address = fields.Nested(Address, **NAMED)


REGISTRATION = Registration()


def faults(messages: dict[Any, Any], path: tuple[str | int, ...] = ()) -> Iterator[tuple]:
    """Flatten marshmallow's messages, which are nested like the document."""
    for key, found in messages.items():
        # A fault of an object itself stands under a reserved key. A client may send that key too,
        # but only then is the fault `unknown`.
        whole = key == SCHEMA and found != ["unknown"]
        here = path if whole else (*path, key)
        if isinstance(found, dict):
            yield from faults(found, here)
        else:
            yield from ((here, rule) for rule in found)


routes = web.RouteTableDef()


@routes.get("/healthz")
async def healthz(_: web.Request) -> web.Response:
    """Tell the laboratory that the server is up."""
    return web.Response()


@routes.get("/static")
async def static(request: web.Request) -> web.FileResponse:
    """Serve the payload."""
    headers = {"Content-Type": "application/octet-stream"}
    return web.FileResponse(request.app[PAYLOAD], headers=headers)


@routes.post("/validate")
async def validate(request: web.Request) -> web.Response:
    """Answer what was understood, or what is wrong with it."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    body = await request.read()
    try:
        registration = REGISTRATION.load(contract.loads(body))
    except JSONDecodeError:
        return web.json_response(contract.NOT_JSON, status=400, dumps=contract.dumps)
    except ValidationError as error:
        refusal = contract.refusal(faults(error.normalized_messages()))
        return web.json_response(refusal, status=422, dumps=contract.dumps)
    return web.json_response(REGISTRATION.dump(registration), dumps=contract.dumps)


async def runner() -> web.AppRunner:
    """Set up the server of a worker; gunicorn takes this for the application."""
    app = web.Application(client_max_size=contract.MAX_BODY)
    app[PAYLOAD] = str(contract.payload())
    app.add_routes(routes)
    return web.AppRunner(
        app,
        access_log=None,
        # A response that is being sent may end, but nobody waits a minute for it.
        shutdown_timeout=0.5,
        # The contract measures and parses a body as it was received.
        auto_decompress=False,
    )
