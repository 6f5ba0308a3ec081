"""Fetching from a real server on this machine that redirects, stalls, lies, fails and forbids."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cstolib.fetch import fetch_sources, read_manifest, read_sources
from cstolib.fetch.addresses import FetchError, check_address

PAGE = b"<html><head><title>A page</title></head><body><p>Words of a page.</p></body></html>"
BOMB = gzip.compress(b"0" * 30_000_000)
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>
<item><link>/page?n=1</link></item><item><link>/page?n=2</link></item>
<item><link>/page?n=1</link></item></channel></rss>"""


class Handler(BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    def do_GET(self) -> None:
        """Answer."""
        server = self.server
        server.asked.append((time.monotonic(), self.path))
        path = self.path.partition("?")[0]
        if path == "/robots.txt":
            self._send(200, b"User-agent: *\nDisallow: /closed\n", "text/plain")
        elif path == "/moved":
            self._redirect("/page?n=moved")
        elif path == "/away":
            self._redirect(self.path.partition("?")[2])
        elif path == "/loop":
            self._redirect("/loop")
        elif path == "/to-file":
            self._redirect("file:///etc/passwd")
        elif path == "/flaky":
            server.flaky += 1
            self._send(503 if server.flaky < 3 else 200, PAGE, "text/html")
        elif path == "/stalls":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"<html>")
            self.wfile.flush()
            server.release.wait(10)
        elif path == "/lies":
            body = "<meta charset=windows-1251><p>\u041c\u0438\u0440</p>".encode("cp1251")
            self._send(200, body, "text/html; charset=utf-8")
        elif path == "/zipped":
            self._send(200, gzip.compress(PAGE), "text/html", {"Content-Encoding": "gzip"})
        elif path == "/bomb":
            self._send(200, BOMB, "text/html", {"Content-Encoding": "gzip"})
        elif path == "/picture":
            self._send(200, b"\x89PNG", "image/png")
        elif path == "/feed":
            self._send(200, FEED, "application/rss+xml")
        elif path == "/page":
            self._send(200, PAGE + self.path.encode(), "text/html")
        else:
            self._send(404, b"nothing here", "text/html")

    def _redirect(self, place: str) -> None:
        self._send(302, b"", "text/html", {"Location": place})

    def _send(self, status: int, body: bytes, kind: str, more: dict | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": len(body),
            **(more or {}),
        }.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve() -> Iterator[ThreadingHTTPServer]:
    """A server on a free port of this machine."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.asked, made.flaky, made.release = [], 0, threading.Event()
    made.base = f"http://127.0.0.1:{made.server_port}"
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.release.set()
    made.shutdown()


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """The server that is asked."""
    with serve() as made:
        yield made


def fetch(server: ThreadingHTTPServer, folder: Path, *paths: str, **options) -> dict[str, str]:
    sources = folder / "sources.csv"
    sources.write_text("url,why\n" + "".join(f"{server.base}{path},test\n" for path in paths))
    given = {"allow_private": True, "pause": 0.0, "timeout": 2.0, "retries": 2} | options
    failed = fetch_sources(sources, folder / "raw", sleep=lambda seconds: None, **given)
    return {url.removeprefix(server.base): why for url, why in failed.items()}


def test_a_page_is_saved_as_it_came_with_its_manifest(server, tmp_path: Path) -> None:
    assert fetch(server, tmp_path, "/moved", "/lies", "/zipped") == {}
    pages = read_manifest(tmp_path / "raw")
    moved = pages[f"{server.base}/moved"]
    assert moved.final_url == f"{server.base}/page?n=moved"
    assert (tmp_path / "raw" / moved.file).read_bytes() == PAGE + b"/page?n=moved"
    assert moved.status == 200
    assert moved.bytes == len(PAGE + b"/page?n=moved")
    lies = pages[f"{server.base}/lies"]
    assert "\u041c\u0438\u0440".encode("cp1251") in (tmp_path / "raw" / lies.file).read_bytes()
    assert lies.type == "text/html; charset=utf-8"
    zipped = pages[f"{server.base}/zipped"]
    assert (tmp_path / "raw" / zipped.file).read_bytes() == PAGE


def test_what_failed_is_named_and_the_rest_goes_on(server, tmp_path: Path) -> None:
    paths = ("/closed/x", "/loop", "/to-file", "/stalls", "/picture", "/missing", "/bomb", "/page")
    failed = fetch(server, tmp_path, *paths, retries=0)
    assert sorted(failed) == sorted(set(paths) - {"/page"})
    assert "robots.txt does not allow it" in failed["/closed/x"]
    assert "redirects more than 5 times" in failed["/loop"]
    assert "only http and https are fetched, got 'file'" in failed["/to-file"]
    assert "try again later" in failed["/stalls"]
    assert "image/png is not read" in failed["/picture"]
    assert failed["/missing"] == "status 404; not saved"
    assert "more than 20 MB unpacked" in failed["/bomb"]
    assert not any("/closed" in path for _, path in server.asked)
    assert len(list((tmp_path / "raw").rglob("*.html"))) == 1


def test_faults_that_pass_are_tried_again(server, tmp_path: Path) -> None:
    assert fetch(server, tmp_path, "/flaky") == {}
    assert [path for _, path in server.asked].count("/flaky") == 3


def test_a_second_run_asks_for_nothing_it_has(server, tmp_path: Path) -> None:
    fetch(server, tmp_path, "/page?n=1")
    saved = next((tmp_path / "raw").rglob("*.html"))
    before = saved.stat().st_mtime_ns
    server.asked.clear()
    assert fetch(server, tmp_path, "/page?n=1", "/page?n=2") == {}
    assert [path for _, path in server.asked] == ["/robots.txt", "/page?n=2"]
    assert saved.stat().st_mtime_ns == before


def test_a_file_is_never_overwritten(server, tmp_path: Path) -> None:
    fetch(server, tmp_path, "/page?n=1")
    saved = next((tmp_path / "raw").rglob("*.html"))
    saved.write_bytes(b"marked by hand")
    (tmp_path / "raw" / "manifest.csv").unlink()
    fetch(server, tmp_path, "/page?n=1")
    assert saved.read_bytes() == b"marked by hand"


def test_a_feed_stands_for_its_pages(server, tmp_path: Path) -> None:
    assert fetch(server, tmp_path, "/feed") == {}
    assert sorted(read_manifest(tmp_path / "raw")) == [
        f"{server.base}/page?n=1",
        f"{server.base}/page?n=2",
    ]


def test_a_host_is_asked_with_a_pause(server, tmp_path: Path) -> None:
    sources = tmp_path / "sources.csv"
    sources.write_text(f"url\n{server.base}/page?n=1\n{server.base}/page?n=2\n")
    fetch_sources(sources, tmp_path / "raw", allow_private=True, pause=0.3)
    times = [when for when, path in server.asked if path.startswith("/page")]
    assert times[1] - times[0] >= 0.29


def test_a_redirect_to_another_host_keeps_to_that_host_s_robots(server, tmp_path: Path) -> None:
    with serve() as other:
        closed, open_ = f"/away?{other.base}/closed/x", f"/away?{other.base}/page?n=1"
        failed = fetch(server, tmp_path, closed, open_)
        assert list(failed) == [closed]
        assert f"{other.base}/closed/x: the host's robots.txt does not allow it" in failed[closed]
        assert [path for _, path in other.asked] == ["/robots.txt", "/page?n=1"]
    assert read_manifest(tmp_path / "raw")[server.base + open_].final_url.startswith(other.base)


def test_a_redirect_to_a_private_address_is_refused(server, tmp_path: Path, monkeypatch) -> None:
    def this_server_is_public(url: str, *, allow_private: bool = False) -> list[str]:
        return ["127.0.0.1"] if url.startswith(f"{server.base}/") else check_address(url)

    monkeypatch.setattr("cstolib.fetch.check_address", this_server_is_public)
    with serve() as other:
        path = f"/away?{other.base}/page"
        failed = fetch(server, tmp_path, path, "/page", allow_private=False)
        assert list(failed) == [path]
        assert "127.0.0.1, a private address" in failed[path]
        assert other.asked == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1/x", "private address"),
        ("http://localhost/x", "private address"),
        ("http://[::1]/x", "private address"),
        ("http://10.1.2.3/", "private address"),
        ("http://169.254.169.254/latest", "private address"),
        ("http://2130706433/", "private address"),
        ("http://[::ffff:127.0.0.1]/", "private address"),
        ("file:///etc/passwd", "only http and https"),
        ("ftp://example.org/", "only http and https"),
        ("http:///x", "names no host"),
        ("http://user:word@127.0.0.1/", "user name or password"),
        ("http://[bad/", "is no address"),
        ("words", "only http and https"),
    ],
)
def test_check_address_refuses(url: str, says: str) -> None:
    with pytest.raises(FetchError, match=says):
        check_address(url)


def test_check_address_lets_public_addresses_through() -> None:
    assert check_address("https://93.184.215.14/path?x=1") == ["93.184.215.14"]
    assert check_address("http://127.0.0.1:80/", allow_private=True) == ["127.0.0.1"]


def test_private_addresses_are_refused_unless_asked(server, tmp_path: Path) -> None:
    failed = fetch(server, tmp_path, "/page", allow_private=False)
    assert "use --private to allow it" in failed["/page"]
    assert server.asked == []


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"link\nhttp://x/", "needs a column `url`"), (b"url\n\xff\xfe", "not UTF-8")],
)
def test_read_sources_says_what_is_wrong(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "sources.csv"
    file.write_bytes(content)
    with pytest.raises(FetchError, match=says):
        read_sources(file)
    with pytest.raises(FetchError, match="no such file"):
        read_sources(tmp_path / "none.csv")
