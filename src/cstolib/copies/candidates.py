"""Pairs of articles that may be copies, out of all pairs, without looking at all pairs.

Each article gives a sample of its shingles: those of the lowest hashes, the same shingles in every
article (FracMinHash: Irber et al. 2022). Two articles are candidates when they share two sampled
shingles that few unlike articles have, or when two samples that follow each other in the order of
hashes are the same, twice, which is likely where much of all their text is.

The join runs in memory or, above a bound, in DuckDB on disk, with the same result.
"""

# mypy: allow-untyped-defs
# numba infers the types of the kernels.

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np

from ..shingles import fold_table, hash_text, kernel, mix
from .prose import Prose

SCALE = 8  # one shingle of eight is sampled
LIMIT = np.uint64(0xFFFFFFFFFFFFFFFF // SCALE)
_LEAST = 16  # samples of an article too short to give as many by their hashes
_COMMON = 6  # unlike articles that share a shingle: where more do, it tells nothing of a pair
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_HIGH = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_OVERHEAD = 2.5  # peak memory of the join, in sizes of its keys: pairs, and sorting them

_NEAR = """
with members as (select band >> {bits} as band, band & {low} as article from bands),
linked as (
    select article, first_value(article) over same as first, lag(article) over same as previous
    from members window same as (partition by band order by article))
select pair from (
    select (first << 32) | article as pair from linked where first < article
    union all
    select (previous << 32) | article from linked where first < previous and previous < article)
group by pair having count(*) >= 2 order by pair
"""
_GROUPS = """
create or replace table groups as
select key >> {bits} as shingle, root, min(article) as article
from keys join roots on roots.article = key & {low} group by shingle, root
"""
_COUNTS = """
create or replace table counts as
select shingle, count(*) as groups from groups group by shingle having groups > 1
"""
_FAR = """
with rare as (
    select groups.shingle, article from groups
    join counts on groups.shingle = counts.shingle and counts.groups <= {common})
select (one.article << 32) | other.article as pair, count(*) as shared from rare as one
join rare as other on one.shingle = other.shingle and one.article < other.article
group by pair having shared >= 2 order by pair
"""


class Far(NamedTuple):
    """Pairs that share rare samples, how many, and the common samples (hash >> bits), sorted."""

    pairs: np.ndarray
    shared: np.ndarray
    common: np.ndarray


def key_bits(articles: int) -> int:
    """Low bits of a key that hold the number of its article."""
    return max(1, int(articles - 1).bit_length())


def split_pairs(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of the first and of the second article of each pair."""
    return (pairs >> _HIGH).astype(np.int64), (pairs & _LOW).astype(np.int64)


def pack_pairs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pairs of numbers as one number each, which sorts as they do."""
    return (one.astype(np.uint64) << _HIGH) | other.astype(np.uint64)


def unite_pairs(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The pairs of both, sorted, each once; faster than numpy's, which hashes."""
    pairs = np.sort(np.concatenate([one, other]))
    return pairs[np.diff(pairs, prepend=~pairs[:1]) > 0]


@kernel
def find_roots(count, one, other):
    """For each of `count` articles, the first of those that the pairs join it with."""
    root = np.arange(count)
    for i in range(one.shape[0]):
        a = one[i]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        b = other[i]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if a < b:
            root[b] = a
        else:
            root[a] = b
    for i in range(count):
        root[i] = root[root[i]]
    return root


@numba.njit(nogil=True)
def _take_lowest(values, top, room, low):
    """Put the lowest distinct values into `low`, in order; how many there are.

    No value is above `top`, and `room` is for as many as there are.
    """
    limit = top // np.uint64(1 + values.shape[0] // (2 * _LEAST))  # about twice what is wanted
    while True:
        count = np.uint64(0)
        for value in values:
            room[count] = value
            count += np.uint64(value <= limit)
        taken = 0
        for value in room[:count]:
            place = taken
            while place > 0 and low[place - 1] > value:
                place -= 1
            if place == low.shape[0] or (place > 0 and low[place - 1] == value):
                continue
            taken = min(taken + 1, low.shape[0])
            for i in range(taken - 1, place, -1):
                low[i] = low[i - 1]
            low[place] = value
        if taken == low.shape[0] or limit == top:
            return taken
        limit = top


@numba.njit(nogil=True)
def _take_samples(shingles, article, bits, room, keys, low):
    """Put the samples of an article into `keys`, which end in its number, and the lowest in `low`.

    Returns how many there are of both.
    """
    count = np.uint64(0)
    for value in shingles:
        keys[count] = ((value >> bits) << bits) | article
        count += np.uint64(value < LIMIT)
    if count >= _LEAST:
        return np.int64(count), _take_lowest(keys[:count], LIMIT, room, low)
    lowest = _take_lowest(shingles, _ALL, room, low)
    for k in range(lowest):
        keys[k] = ((low[k] >> bits) << bits) | article
    return lowest, lowest


@kernel
def _sample(
    data, begin, finish, rows, bounds, fold, number, bits, words, shingles, keys, bands, sizes
):
    """Put the samples of the articles number, number + 1, … into `keys` and `bands`.

    Each ends in the number of its article. sizes[i] gets the samples of article number + i. Returns
    how many keys and bands there are.
    """
    long = np.empty((words.shape[0], 3), np.int64)
    low = np.empty(_LEAST, np.uint64)
    used = 0
    banded = 0
    for i in range(bounds.shape[0]):
        own = rows[bounds[i, 0] : bounds[i, 1]]
        _, count = hash_text(data, begin, finish, own, fold, words, long, shingles)
        article = np.uint64(number + i)
        sizes[i], lowest = _take_samples(shingles[:count], article, bits, words, keys[used:], low)
        used += sizes[i]
        band = article
        for k in range(1, max(lowest, 3) if lowest else 0):  # two bands at least
            if k < lowest or k == 1:
                band = low[min(k, lowest - 1)] ^ mix(low[k - 1] >> bits)
            band = mix(band >> bits)
            bands[banded] = ((band >> bits) << bits) | article
            banded += 1
    return used, banded


@kernel
def _keep_shared(keys, low):
    """Move the keys whose sample several articles have to the front; how many there are."""
    kept = 0
    before = False
    for i in range(keys.shape[0]):
        after = i + 1 < keys.shape[0] and keys[i] ^ keys[i + 1] <= low
        keys[kept] = keys[i]
        kept += before or after
        before = after
    return kept


@kernel
def _link(bands, low, pairs):
    """Pairs of the articles of each band: each with the one before it and with the first."""
    found = 0
    first = 0
    for i in range(1, bands.shape[0]):
        if bands[i] ^ bands[i - 1] > low:
            first = i
        elif bands[i] != bands[i - 1]:
            pairs[found] = ((bands[first] & low) << _HIGH) | (bands[i] & low)
            found += 1
            if first < i - 1:
                pairs[found] = ((bands[i - 1] & low) << _HIGH) | (bands[i] & low)
                found += 1
    return found


@kernel
def _join(keys, bits, roots, common, pairs):
    """Pairs of unlike articles that share a key that few do, and the keys that many do.

    Returns how many there are of both.
    """
    low = (np.uint64(1) << bits) - np.uint64(1)
    members = np.empty(_COMMON, np.int64)
    found = 0
    many = 0
    start = 0
    for stop in range(1, keys.shape[0] + 1):
        if stop < keys.shape[0] and keys[stop] ^ keys[start] <= low:
            continue
        unlike = 0
        for i in range(start, stop):
            article = np.int64(keys[i] & low)
            k = 0
            while k < unlike and roots[members[k]] != roots[article]:
                k += 1
            if k == unlike:
                unlike += 1
                if unlike > _COMMON:
                    break
                members[k] = article
        if unlike > _COMMON:
            common[many] = keys[start] >> bits
            many += 1
        else:
            for a in range(unlike):
                for b in range(a + 1, unlike):
                    pairs[found] = (np.uint64(members[a]) << _HIGH) | np.uint64(members[b])
                    found += 1
        start = stop
    return found, many


def _count_equal(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that occur twice or more, sorted, and how often; `pairs` is sorted in place."""
    pairs.sort()
    first = np.flatnonzero(np.diff(pairs, prepend=~pairs[:1]))
    times = np.diff(first, append=len(pairs))
    return pairs[first[times > 1]], times[times > 1]


def _samples(prose: Prose, sizes: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The keys and the bands of all articles, batch after batch; `sizes` gets how many samples."""
    bits = np.uint64(key_bits(len(prose.bounds)))
    everyone = np.arange(len(prose.bounds))
    batches = list(prose.batches(everyone))
    room = prose.room(everyone)
    words, shingles = (np.empty(int(room.max(initial=0)) + 1, np.uint64) for _ in range(2))
    keys = np.empty(max(int(room[batch].sum()) for batch in batches) + _LEAST, np.uint64)
    for batch in batches:
        bounds = prose.bounds[batch]
        bands = np.empty(_LEAST * len(bounds), np.uint64)
        given = (*prose.spans, prose.rows, bounds, fold_table(), batch.start, bits)
        used, banded = _sample(*given, words, shingles, keys, bands, sizes[batch])
        yield keys[:used], bands[:banded]


class MemoryJoin:
    """The samples of all articles, sorted, in memory."""

    def __init__(self, prose: Prose) -> None:
        self.bits = key_bits(len(prose.bounds))
        self.keys = np.empty(_expected_keys(prose), np.uint64)
        self.bands = np.empty(_LEAST * len(prose.bounds), np.uint64)
        used = banded = 0
        self.sizes = np.zeros(len(prose.bounds), np.int64)
        for keys, bands in _samples(prose, self.sizes):
            if used + len(keys) > len(self.keys):
                self.keys = np.concatenate([self.keys[:used], np.empty_like(self.keys), keys])
            self.keys[used : used + len(keys)] = keys
            self.bands[banded : banded + len(bands)] = bands
            used, banded = used + len(keys), banded + len(bands)
        self.low = np.uint64((1 << self.bits) - 1)
        keys, self.bands = self.keys[:used], self.bands[:banded]
        keys.sort()
        self.keys = keys[: _keep_shared(keys, self.low)].copy()
        self.bands.sort()

    def near(self) -> np.ndarray:
        """Pairs of articles that may have most of their text in common, sorted."""
        pairs = np.empty(2 * len(self.bands), np.uint64)
        return _count_equal(pairs[: _link(self.bands, self.low, pairs)])[0]

    def far(self, roots: np.ndarray) -> Far:
        """Pairs of articles with unlike `roots` that share rare shingles, and the common ones."""
        # Six articles make 15 pairs, fewer make fewer. What is not filled takes no memory.
        pairs = np.empty(len(self.keys) * (_COMMON - 1) // 2 + 1, np.uint64)
        common = np.empty(len(self.keys) // _COMMON + 1, np.uint64)
        found, many = _join(self.keys, np.uint64(self.bits), roots, common, pairs)
        return Far(*_count_equal(pairs[:found]), common[:many].copy())

    def close(self) -> None:
        """Nothing to remove."""


class DiskJoin:
    """The samples of all articles in a DuckDB database in a temporary folder."""

    def __init__(self, prose: Prose, memory: int) -> None:
        import duckdb

        self.folder = tempfile.TemporaryDirectory(prefix="cstolib-")
        folder = Path(self.folder.name)
        self.database = duckdb.connect(str(folder / "join.duckdb"))
        self.database.execute(f"set memory_limit = '{max(memory >> 20, 64)}MB'")
        self.database.execute("set temp_directory = ?", [str(folder / "spill")])
        self.database.execute("set preserve_insertion_order = false")
        self.database.execute("create table keys (key ubigint)")
        self.database.execute("create table bands (band ubigint)")
        self.bits = key_bits(len(prose.bounds))
        self.sizes = np.zeros(len(prose.bounds), np.int64)
        for keys, bands in _samples(prose, self.sizes):
            self._append("keys", "key", keys)
            self._append("bands", "band", bands)

    def _append(self, table: str, column: str, values: np.ndarray) -> None:
        import pyarrow as pa

        self.database.register("chunk", pa.table({column: values}))
        self.database.execute(f"insert into {table} select {column} from chunk")
        self.database.unregister("chunk")

    def _query(self, text: str) -> Any:
        low = (1 << self.bits) - 1
        return self.database.execute(text.format(bits=self.bits, low=low, common=_COMMON))

    def near(self) -> np.ndarray:
        """Pairs of articles that may have most of their text in common, sorted."""
        return self._query(_NEAR).fetchnumpy()["pair"].astype(np.uint64)

    def far(self, roots: np.ndarray) -> Far:
        """Pairs of articles with unlike `roots` that share rare shingles, and the common ones."""
        import pyarrow as pa

        numbers = np.arange(len(roots), dtype=np.uint64)
        self.database.register("roots", pa.table({"article": numbers, "root": roots}))
        self._query(_GROUPS)
        self.database.unregister("roots")
        self._query(_COUNTS)
        common = self._query(
            "select shingle from counts where groups > {common} order by shingle"
        ).fetchnumpy()["shingle"]
        far = self._query(_FAR).fetchnumpy()
        return Far(far["pair"].astype(np.uint64), far["shared"], common.astype(np.uint64))

    def close(self) -> None:
        """Remove the database."""
        self.database.close()
        self.folder.cleanup()


def _expected_keys(prose: Prose) -> int:
    """A guess of the number of samples, rather too high: words have four bytes or more."""
    return int(prose.length.sum()) // (4 * SCALE) + _LEAST * len(prose.bounds)


def open_join(prose: Prose, memory: int) -> MemoryJoin | DiskJoin:
    """The samples of all articles: in memory where the join fits `memory` bytes, else on disk."""
    needed = _OVERHEAD * 8 * (_expected_keys(prose) + _LEAST * len(prose.bounds))
    return MemoryJoin(prose) if needed <= memory else DiskJoin(prose, memory)
