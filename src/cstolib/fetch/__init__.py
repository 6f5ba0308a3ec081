"""Gets a corpus from its sources: each page as it came, politely, with a manifest.

sources.csv has a column `url` (and whatever else one likes); a url that leads to a feed stands for
the pages that it names. A page is saved once: what is in the manifest is not fetched again.
"""

import csv
import datetime as dt
import gzip
import hashlib
import io
import time
import urllib.robotparser
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from ..files import write_bytes
from .addresses import FetchError, check_address

AGENT = "cstolib/0.1 (press research; one request at a time)"
MANIFEST = "manifest.csv"
MOST_BYTES = 20_000_000
MOST_REDIRECTS = 5
RETRIED = (408, 425, 429, 500, 502, 503, 504)
_FEED = (b"<rss", b"<feed", b"<rdf:RDF")
_SUFFIX = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt"}
_SUFFIX |= {"application/pdf": ".pdf"}


@dataclass(frozen=True)
class Page:
    """A row of the manifest: what was asked for, what came, when, and the file that holds it."""

    url: str
    final_url: str
    fetched: str  # UTC, ISO 8601
    status: int
    type: str
    sha256: str
    bytes: int
    file: str
    note: str


class Fetcher:
    """Asks hosts for pages: one request at a time, a pause between two to the same host."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        pause: float = 2.0,
        timeout: float = 20.0,
        retries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.allow_private = allow_private
        self.pause, self.timeout, self.retries, self.sleep = pause, timeout, retries, sleep
        self._asked: dict[str, float] = {}  # when each host was asked last
        self._rules: dict[str, urllib.robotparser.RobotFileParser] = {}

    def _wait(self, host: str, pause: float) -> None:
        rest = self._asked.get(host, -1e9) + pause - time.monotonic()
        if rest > 0:
            self.sleep(rest)
        self._asked[host] = time.monotonic()

    def _connect(self, url: str) -> Any:
        """A request under way, to an address of the host that has been checked."""
        import urllib3

        ips = check_address(url, allow_private=self.allow_private)
        parts = urlsplit(url)
        options: dict[str, Any] = {"timeout": self.timeout, "retries": False}
        secure = parts.scheme == "https"
        make: Any = urllib3.HTTPSConnectionPool if secure else urllib3.HTTPConnectionPool
        if secure:
            options |= {"server_hostname": parts.hostname, "assert_hostname": parts.hostname}
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Host": parts.netloc, "User-Agent": AGENT, "Accept-Encoding": "gzip"}
        for ip in ips:
            pool = make(ip, parts.port or (443 if secure else 80), **options)
            try:
                return pool.request(
                    "GET", quote(path, safe="/%?=&:;,+@!$'()*~-._[]"), headers=headers,
                    redirect=False, preload_content=False,
                )  # fmt: skip
            except urllib3.exceptions.NewConnectionError:
                continue
        raise FetchError(f"{url}: the host does not answer; try again later")

    def _ask(self, url: str, pause: float) -> tuple[int, Any, bytes]:
        """One request: status, headers, body. Raises FetchError where nothing whole comes back."""
        import urllib3

        self._wait(urlsplit(url).netloc, pause)
        deadline = time.monotonic() + self.timeout
        try:
            answer = self._connect(url)
            body = bytearray()
            for part in answer.stream(65536, decode_content=False):
                body += part
                if len(body) > MOST_BYTES:
                    raise FetchError(f"{url}: more than {MOST_BYTES // 1_000_000} MB; left out")
                if time.monotonic() > deadline:
                    raise FetchError(f"{url}: took more than {self.timeout:.0f} s; try again later")
            answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise FetchError(f"{url}: {type(error).__name__}; try again later") from None
        return answer.status, answer.headers, _unpack(bytes(body), answer.headers, url)

    def _follow(self, url: str, allowed: Callable[[str], float]) -> tuple[str, int, Any, bytes]:
        """A request and its redirects; `allowed` gives the pause before each, or FetchError."""
        for _ in range(MOST_REDIRECTS + 1):
            status, headers, body = self._ask(url, allowed(url))
            if status not in (301, 302, 303, 307, 308) or "Location" not in headers:
                return url, status, headers, body
            url = urljoin(url, headers["Location"])
        raise FetchError(f"{url}: redirects more than {MOST_REDIRECTS} times")

    def _robots(self, url: str) -> urllib.robotparser.RobotFileParser:
        parts = urlsplit(url)
        base = f"{parts.scheme}://{parts.netloc}"
        if base not in self._rules:
            rules: Any = urllib.robotparser.RobotFileParser()
            _, status, _, body = self._follow(f"{base}/robots.txt", lambda _: 0.0)
            if status == 200:
                rules.parse(body.decode("utf-8", "replace").splitlines())
            elif status in (401, 403) or status >= 500:  # RFC 9309: unreachable means no
                rules.disallow_all = True
            else:
                rules.allow_all = True
            self._rules[base] = rules
        return self._rules[base]

    def _allowed(self, url: str) -> float:
        """The pause that the host of a url asks for; FetchError where its robots.txt forbids it."""
        check_address(url, allow_private=self.allow_private)
        rules = self._robots(url)
        if not rules.can_fetch(AGENT, url):
            raise FetchError(f"{url}: the host's robots.txt does not allow it; left out")
        return max(self.pause, float(rules.crawl_delay(AGENT) or 0))

    def get(self, url: str) -> tuple[str, int, Any, bytes]:
        """Where a page was found, its status, headers and bytes; tried again where that may help.

        Each host that a redirect leads to is asked for its own robots.txt first. Raises FetchError
        where an address, a robots.txt or the network does not allow it.
        """
        for attempt in range(self.retries + 1):
            last = attempt == self.retries
            try:
                found = self._follow(url, self._allowed)
            except FetchError as error:
                if last or "try again later" not in str(error):
                    raise
            else:
                if last or found[1] not in RETRIED:
                    return found
                after = str(found[2].get("Retry-After", ""))
                if after.isdigit():
                    self.sleep(min(float(after), 60.0))
            self.sleep(self.pause * 2**attempt)
        raise AssertionError("unreachable")


def _unpack(body: bytes, headers: Any, url: str) -> bytes:
    """The body without its transfer compression, within the same bound."""
    if headers.get("Content-Encoding", "").lower() != "gzip":
        return body
    try:
        with gzip.open(io.BytesIO(body)) as stream:
            plain = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError):
        raise FetchError(f"{url}: its gzip is broken; try again later") from None
    if len(plain) > MOST_BYTES:
        raise FetchError(f"{url}: more than {MOST_BYTES // 1_000_000} MB unpacked; left out")
    return plain


def read_sources(path: str | Path) -> list[str]:
    """The addresses of a sources file, once each, in order; raises FetchError with its faults."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FetchError(f"{path}: there is no such file; it needs a column `url`") from None
    except UnicodeDecodeError:
        raise FetchError(f"{path}: is not UTF-8; save it as CSV in UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if "url" not in (reader.fieldnames or []):
        raise FetchError(f"{path}: the first line needs a column `url`, got {reader.fieldnames}")
    urls = [(row["url"] or "").strip() for row in reader]
    return list(dict.fromkeys(url for url in urls if url))


def read_manifest(folder: Path) -> dict[str, Page]:
    """The pages of a folder's manifest by address."""
    file = folder / MANIFEST
    if not file.is_file():
        return {}
    rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline=""))
    numbers = ("status", "bytes")
    values: list[dict[str, Any]] = [{**row, **{n: int(row[n]) for n in numbers}} for row in rows]
    pages = [Page(**value) for value in values]
    return {page.url: page for page in pages}


def _write_manifest(folder: Path, pages: dict[str, Page]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Page)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(page) for page in pages.values())
    write_bytes(folder / MANIFEST, out.getvalue().encode())


def _is_feed(body: bytes) -> bool:
    return any(mark in body[:2000] for mark in _FEED)


def _feed_links(body: bytes, base: str) -> list[str]:
    """The pages that a feed names, as whole addresses."""
    import feedparser

    links = (entry.get("link", "") for entry in feedparser.parse(io.BytesIO(body)).entries)
    return list(dict.fromkeys(urljoin(base, link) for link in links if link))


def _save(folder: Path, url: str, final: str, status: int, headers: Any, body: bytes) -> Page:
    told = headers.get("Content-Type", "")
    kind = told.partition(";")[0].strip().lower()
    digest = hashlib.sha256(body).hexdigest()
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    file = note = ""
    if status != 200:
        note = f"status {status}; not saved"
    elif kind not in _SUFFIX:
        note = f"type {kind or 'unknown'} is not read; not saved"
    else:
        name = hashlib.sha256(url.encode()).hexdigest()[:16]
        host = "".join(c if c.isalnum() or c in ".-" else "-" for c in urlsplit(url).netloc)
        file = f"{host}/{name}{_SUFFIX[kind]}"
        if (folder / file).exists():
            note = "the file was there already and was kept"
        else:
            write_bytes(folder / file, body)
    return Page(url, final, now, status, told, digest, len(body), file, note)


def fetch_sources(
    sources: str | Path,
    out: str | Path,
    *,
    allow_private: bool = False,
    pause: float = 2.0,
    timeout: float = 20.0,
    retries: int = 3,
    say: Callable[[str], None] = lambda line: None,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, str]:
    """The addresses that could not be fetched, and why; every other page is in `out`.

    Each page is saved byte for byte as it came, under its host, and has a row in
    `out/manifest.csv`: address, time, status, type, hash, file. Keeps to robots.txt, waits `pause`
    seconds between two requests to a host, tries again after faults that may pass, never
    overwrites a file, and begins where it left off. Private addresses are refused unless
    `allow_private`. Raises FetchError where the sources file is not right.
    """
    folder = Path(out)
    waiting, failed = read_sources(sources), {}
    pages = read_manifest(folder)
    fetcher = Fetcher(
        allow_private=allow_private, pause=pause, timeout=timeout, retries=retries, sleep=sleep
    )
    seen = set(waiting)
    for url in waiting:  # grows while feeds name more
        if url in pages and (pages[url].file or pages[url].note.startswith("type")):
            continue
        try:
            final, status, headers, body = fetcher.get(url)
        except FetchError as error:
            failed[url] = str(error)
            say(f"failed: {error}")
            continue
        if status == 200 and _is_feed(body):
            links = [link for link in _feed_links(body, final) if link not in seen]
            seen.update(links)
            waiting += links
            say(f"{url}: a feed that names {len(links)} pages")
            continue
        page = _save(folder, url, final, status, headers, body)
        pages[url] = page
        _write_manifest(folder, pages)
        if page.file:
            say(f"{url}: saved as {page.file}")
        else:
            failed[url] = page.note
            say(f"failed: {url}: {page.note}")
    return failed
