"""The contract on Flask, with flask-expects-json for validation and gunicorn as the server."""

from typing import Any, NoReturn

from flask import Flask, Request, Response, g, send_file
from flask.json.provider import JSONProvider
from flask_expects_json import expects_json
from jsonschema import ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

import contract

PAYLOAD = contract.payload()


def _text(least: int, most: int) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


ADDRESS = _object({"street": _text(1, 200), "city": _text(1, 100), "postcode": _text(3, 12)})
REGISTRATION = {
    # The last draft in which 36.0 is no integer.
    "$schema": "http://json-schema.org/draft-04/schema#",
    **_object(
        {
            "name": _text(1, 100),
            "email": {"type": "string", "maxLength": 254, "pattern": contract.EMAIL_LINE},
            "age": {"type": "integer", "minimum": 18, "maximum": 120},
            "country": {"type": "string", "pattern": contract.COUNTRY_LINE},
            "tags": {"type": "array", "maxItems": 10, "items": _text(1, 32)},
            "address": ADDRESS,
        },
    ),
}

RULES = {
    "required": "required",
    "additionalProperties": "unknown",
    "type": "type",
    "minLength": "length",
    "maxLength": "length",
    "maxItems": "length",
    "minimum": "range",
    "maximum": "range",
    "pattern": "format",
}


class NotJSON(BadRequest):
    """Sets a body that cannot be parsed apart from one that breaks a rule."""


class StrictJSON(JSONProvider):
    """Flask's own provider parses with json.loads and ends its answers with a line feed."""

    def loads(self, s: bytes, **_: Any) -> Any:
        """Parse a request."""
        return contract.loads(s)

    def dumps(self, obj: Any, **_: Any) -> str:
        """Print a response."""
        return contract.dumps(obj)


class StrictRequest(Request):
    """Flask takes any `+json` type for JSON; the contract is narrower."""

    @property
    def is_json(self) -> bool:
        """Tell whether the media type is the one of the contract."""
        return self.mimetype == "application/json"

    def get_data(self, *args: Any, **kwargs: Any) -> bytes:
        """Refuse what is too long: of a chunked body Werkzeug drops the excess without a word."""
        body = super().get_data(*args, **kwargs)
        if len(body) > contract.MAX_BODY:
            raise RequestEntityTooLarge
        return body

    def on_json_loading_failed(self, e: ValueError | None) -> NoReturn:
        """Raise what the handler below knows; without an error, the media type is wrong."""
        if e is not None:
            raise NotJSON from e
        super().on_json_loading_failed(e)


class Server(Flask):
    """Flask with the two classes that its documentation offers for replacement."""

    json_provider_class = StrictJSON
    request_class = StrictRequest


# The folder of that name would take the paths below /static.
app = Server(__name__, static_folder=None)
# One byte more than is allowed, so that StrictRequest can tell a longer body from a full one.
app.config["MAX_CONTENT_LENGTH"] = contract.MAX_BODY + 1


def _fault(error: ValidationError) -> tuple[list[str | int], str]:
    path = list(error.absolute_path)
    # These two are reported of the object, and name the member in prose only.
    if error.validator == "required":
        path.append(next(name for name in error.validator_value if name not in error.instance))
    elif error.validator == "additionalProperties":
        known = error.schema["properties"]
        path.append(next(name for name in error.instance if name not in known))
    return path, RULES[error.validator]


@app.errorhandler(NotJSON)
@app.errorhandler(RecursionError)
def not_json(_: Exception) -> tuple[dict[str, Any], int]:
    """Answer 400, also when jsonschema fails to print a deeply nested value that it refuses."""
    return contract.NOT_JSON, 400


@app.errorhandler(BadRequest)
def refuse(error: BadRequest) -> tuple[dict[str, Any], int] | BadRequest:
    """Translate what flask-expects-json reports, always as a 400."""
    if isinstance(error.description, ValidationError):
        return contract.refusal([_fault(error.description)]), 422
    # It takes the document `null` for none at all; a subclass is of other origin.
    if type(error) is BadRequest:
        return contract.refusal([([], "type")]), 422
    return error


@app.get("/healthz")
def healthz() -> Response:
    """Tell the laboratory that the server is up."""
    return Response()


@app.get("/static")
def static() -> Response:
    """Serve the payload."""
    return send_file(PAYLOAD, mimetype="application/octet-stream")


@app.post("/validate")
@expects_json(REGISTRATION)
def validate() -> dict[str, Any]:
    """Answer what was understood, in the order of the contract."""
    registration = {name: g.data[name] for name in REGISTRATION["properties"]}
    registration["address"] = {name: g.data["address"][name] for name in ADDRESS["properties"]}
    return registration
