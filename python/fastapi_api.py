"""The contract on FastAPI, with pydantic for validation and uvicorn as the server."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

import contract

PAYLOAD = contract.payload()

# Rust's regular expressions, pydantic's default: `$` is the very end.
EMAIL = rf"^{contract.EMAIL}$"
COUNTRY = rf"^{contract.COUNTRY}$"

RULES = {
    "missing": "required",
    "extra_forbidden": "unknown",
    "string_type": "type",
    "int_type": "type",
    "list_type": "type",
    "model_type": "type",
    "model_attributes_type": "type",
    "string_too_short": "length",
    "string_too_long": "length",
    "too_long": "length",
    "greater_than_equal": "range",
    "less_than_equal": "range",
    "string_pattern_mismatch": "format",
}


class StrictModel(BaseModel):
    """Pydantic coerces and ignores unknown fields unless told otherwise."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Address(StrictModel):
    """Where a registered person lives."""

    street: Annotated[str, Field(min_length=1, max_length=200)]
    city: Annotated[str, Field(min_length=1, max_length=100)]
    postcode: Annotated[str, Field(min_length=3, max_length=12)]


class Registration(StrictModel):
    """The document that /validate checks; the answer keeps this order."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    email: Annotated[str, Field(max_length=254, pattern=EMAIL)]
    age: Annotated[int, Field(ge=18, le=120)]
    country: Annotated[str, Field(pattern=COUNTRY)]
    tags: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=32)]],
        Field(max_length=10),
    ]
    address: Address


class StrictRequest(Request):
    """FastAPI takes any `+json` type and parses with json.loads; the contract is narrower."""

    async def body(self) -> bytes:
        """Refuse a wrong media type before anything is read."""
        media_type = self.headers.get("content-type", "").partition(";")[0]
        if media_type.strip().lower() != "application/json":
            raise HTTPException(status.HTTP_415_UNSUPPORTED_MEDIA_TYPE)
        return await super().body()

    async def json(self) -> Any:
        """Parse strictly; FastAPI reports the JSONDecodeError as `json_invalid`."""
        return contract.loads(await self.body())


class StrictRoute(APIRoute):
    """Hands StrictRequest to the path operations, the way FastAPI documents it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler that FastAPI built."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return strict


# The contract knows no documentation pages and no redirects.
app = FastAPI(openapi_url=None, redirect_slashes=False)
app.router.route_class = StrictRoute


@app.exception_handler(RequestValidationError)
async def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
    """Translate what FastAPI and pydantic report."""
    faults = [(fault["loc"][1:], fault["type"]) for fault in error.errors()]
    # An empty body never reaches the parser: FastAPI calls the whole body missing.
    if any(kind == "json_invalid" or (kind, path) == ("missing", ()) for path, kind in faults):
        return JSONResponse(contract.NOT_JSON, status.HTTP_400_BAD_REQUEST)
    body = contract.refusal((path, RULES[kind]) for path, kind in faults)
    return JSONResponse(body, status.HTTP_422_UNPROCESSABLE_CONTENT)


@app.get("/healthz")
async def healthz() -> Response:
    """Tell the laboratory that the server is up."""
    return Response()


@app.get("/static")
async def static() -> FileResponse:
    """Serve the payload."""
    return FileResponse(PAYLOAD, media_type="application/octet-stream")


@app.post("/validate", max_body_size=contract.MAX_BODY)
async def validate(registration: Registration) -> Registration:
    """Answer what was understood."""
    return registration
