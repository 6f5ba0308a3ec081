"""A model as second coder, against a real server on this machine that behaves and misbehaves."""

import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pandas as pd
import pytest

import cstolib as cs
from cstolib.coder import CoderError, CoderWarning, code_with_model, refused_answers

TEXT = (
    "Armenia has frozen its part in the alliance. Kazakhstan will not recognise the republics, "
    "its foreign ministry said.\n\nNobody else spoke."
)


def _tables(text: str = TEXT, **article: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    articles = pd.DataFrame({"article_id": ["a"], "raw": [text], "language": ["en"], **article})
    cut = text.find("\n\n")
    cut = len(text) if cut < 0 else cut
    spans = [(0, cut)] + ([(cut + 2, len(text))] if cut < len(text) else [])
    passages = pd.DataFrame(
        {
            "article_id": "a",
            "passage": range(len(spans)),
            "start": [start for start, _ in spans],
            "end": [end for _, end in spans],
            "kind": "body",
            "text": [text[start:end] for start, end in spans],
        }
    )
    sentences = cs.split_sentences(articles, passages)
    mentions = pd.DataFrame(
        {"article_id": ["a", "a"], "sentence": [0, 1], "actor": ["Armenia", "Kazakhstan"]}
    )
    return sentences, mentions


def _statement(**changes: Any) -> dict[str, Any]:
    return {
        "sentence": 0,
        "quote": "frozen its part in the alliance",
        "actor": "Armenia",
        "issue": "csto",
        "alignment": -1,
        "voice": "author",
    } | changes


class Server:
    """A server that answers each request with `reply(number, body)`: status and body, or bytes."""

    def __init__(self, reply: Callable[[int, dict[str, Any]], Any]) -> None:
        self.seen: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._write(200, json.dumps({"data": [{"id": "small-model"}]}).encode())

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append(body)
                outer.headers.append(dict(self.headers))
                answer = reply(len(outer.seen), body)
                if callable(answer):
                    answer(self)
                    return
                status, content = answer
                if isinstance(content, str):
                    content = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
                self._write(status, content)

            def _write(self, status: int, content: bytes) -> None:
                self.send_response(status)
                if status in (301, 302, 307):
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def serve() -> Iterator[Callable[[Any], Server]]:
    started: list[Server] = []

    def start(reply: Any) -> Server:
        started.append(Server(reply))
        return started[-1]

    yield start
    for server in started:
        server.http.shutdown()
        server.http.server_close()


def _says(*statements: Any) -> Callable[[int, Any], tuple[int, str]]:
    return lambda number, body: (200, json.dumps({"statements": list(statements)}))


@cache
def _codebook() -> cs.Codebook:
    return cs.load_codebook()


def _code(server: Server, **options: Any) -> pd.DataFrame:
    return code_with_model(
        *_tables(), endpoint=server.url, codebook=_codebook(), wait=0.01, **options
    )


def test_nothing_is_sent_unless_an_endpoint_is_given() -> None:
    with pytest.raises(ValueError, match="nothing was sent"):
        code_with_model(*_tables())


def test_a_good_answer_becomes_statements_that_quote_the_text(serve: Any) -> None:
    server = serve(
        _says(
            _statement(),
            _statement(
                sentence=1,
                quote="will not recognise the republics",
                actor="Kazakhstan",
                issue="recognition",
                voice="official",
            ),
        )
    )
    found = _code(server)
    assert list(found["actor"]) == ["Armenia", "Kazakhstan"]
    quotes = [TEXT[int(a) : int(b)] for a, b in zip(found["start"], found["end"], strict=True)]
    assert quotes == ["frozen its part in the alliance", "will not recognise the republics"]
    assert set(found["rule"]) == {"model small-model"}
    assert found.attrs["requests"] == 1
    assert found.attrs["refused"] == []


def test_code_stance_hands_over_to_the_model(serve: Any) -> None:
    server = serve(_says(_statement()))
    found = cs.code_stance(*_tables(), coder="llm", endpoint=server.url, model="mine")
    assert list(found["rule"]) == ["model mine"]
    assert server.seen[0]["model"] == "mine"


def test_only_passages_that_name_an_actor_are_sent_and_under_the_codebook(serve: Any) -> None:
    server = serve(_says())
    _code(server)
    system, user = (message["content"] for message in server.seen[0]["messages"])
    assert len(server.seen) == 1
    assert "Armenia has frozen" in user
    assert "Nobody else" not in user
    assert "recognition" in system and "Kazakhstan" in system
    assert server.seen[0]["temperature"] == 0


def test_the_key_goes_into_the_header_alone(serve: Any) -> None:
    server = serve(_says(_statement()))
    found = _code(server, key="not-to-be-shown")
    assert server.headers[0]["Authorization"] == "Bearer not-to-be-shown"
    assert "not-to-be-shown" not in json.dumps(server.seen) + str(found.attrs)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quote": "frozen its role in the alliance"}, "quote does not stand"),
        ({"quote": "Frozen its part in the alliance"}, "quote does not stand"),
        ({"quote": "rozen its part"}, "quote does not stand"),
        ({"quote": "Armenia"}, "quote does not stand"),  # one word proves nothing
        ({"quote": ""}, "no quote"),
        ({"quote": None}, "no quote"),
        ({"actor": "France"}, "actor is not"),
        ({"actor": ["Armenia"]}, "actor is not"),
        ({"issue": "weather"}, "issue is not"),
        ({"issue": {}}, "issue is not"),
        ({"alignment": -2}, "alignment is not"),
        ({"alignment": 0.5}, "alignment is not"),
        ({"alignment": True}, "alignment is not"),
        ({"alignment": "against"}, "alignment is not"),
        ({"voice": "God"}, "voice is not"),
        ({"actor": "Russia", "issue": "invasion"}, "does not code this actor"),
    ],
)
def test_what_cannot_be_checked_is_refused_and_counted(
    serve: Any, changes: dict[str, Any], reason: str
) -> None:
    server = serve(_says(_statement(**changes), _statement()))
    with pytest.warns(CoderWarning, match="1 answers refused"):
        found = _code(server)
    assert len(found) == 1
    refused = refused_answers(found)
    assert len(refused) == 1
    assert reason in refused["reason"][0]


def test_near_misses_are_accepted(serve: Any) -> None:
    server = serve(
        _says(
            _statement(quote="frozen  its part\nin the alliance"),
            _statement(
                sentence=0, quote="recognise the republics", actor="Kazakhstan", alignment="-1"
            ),
        )
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = _code(server)
    assert list(found["sentence"]) == [0, 1]  # the quote, not the number, says which sentence


@pytest.mark.parametrize(
    "answer",
    ["I would rather not say.", "", "{", '{"statements": 3}', "[1, 2", '{"other": []}', "null"],
)
def test_an_answer_that_is_not_the_json_asked_for_is_refused(serve: Any, answer: str) -> None:
    server = serve(lambda number, body: (200, answer))
    with pytest.warns(CoderWarning, match="not the JSON"):
        found = _code(server)
    assert len(found) == 0
    assert len(refused_answers(found)) == 1


@pytest.mark.parametrize("wrap", ["```json\n{}\n```", "Here it is: {} Done.", "{}"])
def test_json_in_fences_or_chat_is_read(serve: Any, wrap: str) -> None:
    answer = wrap.replace("{}", json.dumps({"statements": [_statement()]}))
    server = serve(lambda number, body: (200, answer))
    assert len(_code(server)) == 1


def test_odd_items_do_not_stop_the_rest(serve: Any) -> None:
    server = serve(_says("Armenia", None, 7, [], _statement(), _statement()))
    with pytest.warns(CoderWarning, match="4 answers refused"):
        found = _code(server)
    assert len(found) == 1  # the same statement twice is one


def test_an_overloaded_server_is_asked_again(serve: Any) -> None:
    good = json.dumps({"statements": [_statement()]})
    server = serve(lambda number, body: (503, b"busy") if number < 3 else (200, good))
    assert len(_code(server, retries=2)) == 1
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [400, 401, 404, 302, 307])
def test_a_refusal_is_not_asked_again_and_a_redirect_not_followed(serve: Any, status: int) -> None:
    server = serve(lambda number, body: (status, b"{}"))
    with pytest.raises(CoderError, match=str(status)):
        _code(server)
    assert len(server.seen) == 1


def _drip(handler: Any) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(60):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


def _hang(handler: Any) -> None:
    time.sleep(3)


def _break(handler: Any) -> None:
    handler.connection.close()


@pytest.mark.parametrize("behave", [_drip, _hang])
def test_a_slow_server_is_left_when_time_is_up(serve: Any, behave: Any) -> None:
    server = serve(lambda number, body: behave)
    start = time.monotonic()
    with pytest.raises(CoderError, match=r"0\.3 seconds"):
        _code(server, timeout=0.3)
    assert time.monotonic() - start < 2
    assert len(server.seen) == 1


def test_a_broken_connection_is_tried_a_bounded_number_of_times(serve: Any) -> None:
    server = serve(lambda number, body: _break)
    with pytest.raises(CoderError, match="failed 3 times"):
        _code(server, retries=2)
    assert len(server.seen) == 3


def test_an_endless_answer_is_cut(serve: Any) -> None:
    server = serve(lambda number, body: (200, b" " * 3_000_000))
    with pytest.raises(CoderError, match="more than"):
        _code(server)


def test_no_server_at_all_is_one_clear_error(serve: Any) -> None:
    server = serve(_says())
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(CoderError, match="is the server running"):
        _code(server, retries=1)


def test_after_three_failures_the_rest_is_not_asked(serve: Any) -> None:
    text = "\n\n".join(["Armenia has frozen its part in the alliance."] * 9)
    size = len("Armenia has frozen its part in the alliance.")
    articles = pd.DataFrame({"article_id": ["a"], "raw": [text]})
    passages = pd.DataFrame(
        {
            "article_id": "a",
            "passage": range(9),
            "start": [i * (size + 2) for i in range(9)],
            "end": [i * (size + 2) + size for i in range(9)],
            "kind": "body",
        }
    )
    sentences = cs.split_sentences(articles, passages)
    mentions = pd.DataFrame({"article_id": "a", "sentence": range(9), "actor": "Armenia"})
    good = json.dumps({"statements": [_statement()]})
    server = serve(lambda number, body: (200, good) if number == 1 else (400, b""))
    with pytest.warns(CoderWarning, match="8 of 9 requests got no answer"):
        found = code_with_model(sentences, mentions, endpoint=server.url, codebook=_codebook())
    assert len(found) == 1
    assert len(server.seen) == 4


def test_a_text_older_than_the_war_says_nothing_on_it(serve: Any) -> None:
    server = serve(_says(_statement(issue="invasion"), _statement()))
    tables = _tables(date=[pd.Timestamp("2020-08-28")], date_high=[pd.NaT])
    with pytest.warns(CoderWarning, match="older than the war"):
        found = code_with_model(*tables, endpoint=server.url, codebook=_codebook())
    assert list(found["issue"]) == ["csto"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"endpoint": "localhost:11434"}, "endpoint must be an address"),
        ({"endpoint": "file:///etc/hosts"}, "endpoint must be an address"),
        ({"endpoint": "http://127.0.0.1:9/v1", "timeout": 0}, "timeout must be above 0"),
        ({"endpoint": "http://127.0.0.1:9/v1", "retries": 99}, "retries must be between"),
        ({"endpoint": "http://127.0.0.1:9/v1", "confidence": 2}, "confidence must be between"),
    ],
)
def test_options_that_cannot_be_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        code_with_model(*_tables(), codebook=_codebook(), **options)


def test_a_corpus_that_names_no_actor_asks_nothing() -> None:
    sentences, mentions = _tables()
    found = code_with_model(sentences, mentions.iloc[:0], endpoint="http://127.0.0.1:9/v1")
    assert len(found) == 0
