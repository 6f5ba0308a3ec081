"""One question to an OpenAI-compatible server that the analyst runs: bounded in time and size."""

import contextlib
import json
import socket
import threading
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

_MAX_BYTES = 2_000_000
_CHUNK = 16_384
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})  # worth asking again


class CoderError(RuntimeError):
    """The server cannot be used: not reached, refuses, or does not speak the protocol."""


class _Retry(Exception):
    """A failure that another try may mend."""


class Endpoint:
    """A server at `url` (such as http://localhost:11434/v1); asks it and gives the answer's text.

    `timeout` is for one whole request in seconds, however slowly it drips; one that is late is not
    asked again. `retries` are further tries after a failure that may pass (an overloaded server, a
    broken connection), `wait` seconds apart and then twice as long each time. Redirects are not
    followed and no proxy is used: a text goes to the address given and to no other.
    """

    def __init__(
        self,
        url: str,
        model: str | None = None,
        *,
        key: str | None = None,
        timeout: float = 120.0,
        retries: int = 2,
        wait: float = 1.0,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(
                f"endpoint must be an address such as http://localhost:11434/v1, got {url!r}"
            )
        if timeout <= 0:
            raise ValueError(f"timeout must be above 0 seconds, got {timeout}")
        if not 0 <= retries <= 10:
            raise ValueError(f"retries must be between 0 and 10, got {retries}")
        self.url = url.rstrip("/").removesuffix("/chat/completions")
        self.timeout, self.retries, self.wait = timeout, retries, wait
        self._key = key
        self._parts = urlsplit(self.url)
        self.model = model or self._first_model()

    def ask(self, system: str, user: str) -> str:
        """What the model answers; raises CoderError after the last try."""
        body = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": user},
            ],
            "temperature": 0,
            "seed": 0,
            "stream": False,
            "response_format": {"type": "json_object"},
        }
        answer = self._send("/chat/completions", body)
        try:
            content = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError):
            content = None
        if not isinstance(content, str):
            raise CoderError(f"{self.url} answered without choices[0].message.content")
        return content

    def _first_model(self) -> str:
        answer = self._send("/models", None)
        try:
            return str(answer["data"][0]["id"])
        except (KeyError, IndexError, TypeError):
            raise CoderError(f"{self.url} lists no model; name one with model=") from None

    def _send(self, path: str, body: dict[str, Any] | None) -> Any:
        wait = self.wait
        for attempt in range(self.retries + 1):
            try:
                return self._once(path, body)
            except _Retry as error:
                if attempt == self.retries:
                    raise CoderError(
                        f"{self.url}{path} failed {attempt + 1} times, last: {error}; "
                        "is the server running, and is this its address?"
                    ) from None
                time.sleep(wait)
                wait *= 2
        raise AssertionError("unreachable")

    def _once(self, path: str, body: dict[str, Any] | None) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        data = None if body is None else json.dumps(body).encode()
        make = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = make(self._parts.netloc, timeout=self.timeout)
        late = threading.Event()
        sockets: list[socket.socket] = []
        timer = threading.Timer(self.timeout, _cut, (sockets, late))
        timer.daemon = True
        timer.start()
        try:
            connection.connect()
            sockets.append(connection.sock)  # the connection lets go of it while an answer is read
            method = "GET" if body is None else "POST"
            connection.request(method, self._parts.path + path, data, headers)
            response = connection.getresponse()
            payload = self._read(response)
            status = response.status
        except TimeoutError:
            raise self._too_late(path) from None
        except (OSError, HTTPException, AttributeError, ValueError) as error:
            if late.is_set():
                raise self._too_late(path) from None
            raise _Retry(str(error) or type(error).__name__) from None
        finally:
            timer.cancel()
            connection.close()
        if late.is_set():
            raise self._too_late(path)
        if status in _AGAIN:
            raise _Retry(f"status {status}")
        if status != 200:
            raise CoderError(f"{self.url}{path} answered with status {status}")
        try:
            return json.loads(payload)
        except ValueError:
            raise _Retry("the answer is not JSON") from None

    def _too_late(self, path: str) -> CoderError:
        return CoderError(f"{self.url}{path} gave no full answer within {self.timeout:g} seconds")

    def _read(self, response: HTTPResponse) -> bytes:
        parts, size = [], 0
        while chunk := response.read1(_CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > _MAX_BYTES:
                raise CoderError(f"{self.url} answered with more than {_MAX_BYTES:,} bytes")
        return b"".join(parts)


def _cut(sockets: list[socket.socket], late: threading.Event) -> None:
    """End a request that is late: reading from a socket that is shut returns at once."""
    late.set()
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
