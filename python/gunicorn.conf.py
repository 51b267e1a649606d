"""gunicorn's settings for flask_api and aiohttp_api.

The address, the workers and their class come from the command line.
"""

from typing import Any

# Only what goes wrong: a note per start is of no use to the laboratory.
loglevel = "warning"
# A stop waits this long for a response that is being sent.
graceful_timeout = 1
# A socket in the home directory, which two servers at a time would fight over.
control_socket_disable = True


def on_starting(_: Any) -> None:
    """Look for the payload before there is a worker: gunicorn restarts one that exits, for ever."""
    import contract  # noqa: PLC0415 - pythonpath is not in force until now

    contract.payload()
