"""Import the machine code of the contenders' packages.

Some packages fall back to slow Python, without a word, where theirs does not load; this fails.
"""

import frozenlist._frozenlist  # noqa: F401
import httptools  # noqa: F401
import multidict._multidict  # noqa: F401
import pydantic_core  # noqa: F401
import uvloop  # noqa: F401
import yarl._quoting_c  # noqa: F401
