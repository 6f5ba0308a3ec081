"""One peer on the labelled articles: texts in, clusters out. Run by benchmarks/copies.py.

Usage: python _copies_peers.py PEER ARTICLES [HASHES]. Prints CPU seconds and the cluster of each
article as JSON. Each peer gets shingles of five lower-case words, 128 hashes, 16 bands of 8, a
threshold of .7 (checked by its own estimate), one thread: the settings its documentation shows.
"""

import gzip
import json
import os
import re
import sys
import time
from collections.abc import Iterator

os.environ |= {"RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
import numpy as np

THRESHOLD, HASHES, BANDS, BATCH = 0.7, 128, 16, 2000
WORD = re.compile(r"\w+")


def shingles(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return [" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))]


def batches(texts: list[str]) -> Iterator[tuple[int, list[list[str]]]]:
    for start in range(0, len(texts), BATCH):
        yield start, [shingles(text) for text in texts[start : start + BATCH]]


def rensa(texts: list[str]) -> Iterator[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    index, sketches = RMinHashLSH(threshold=THRESHOLD, num_perm=HASHES, num_bands=BANDS), []
    for start, sets in batches(texts):
        made = RMinHash.from_token_sets(sets, num_perm=HASHES, seed=42)
        index.insert_many(made, start_key=start)
        sketches += made
    for i, found in enumerate(index.query_all(sketches)):
        yield from (
            (i, j) for j in found if j < i and sketches[i].jaccard(sketches[j]) >= THRESHOLD
        )


def rensa_hashed(shared: "np.lib.npyio.NpzFile") -> Iterator[tuple[int, int]]:
    """It only says which articles have a copy: clusters are not asked for."""
    from rensa import RMinHash, RMinHashLSH

    digests = RMinHash.digest_matrix_from_flat_token_hashes(
        shared["shingles"], shared["offsets"], num_perm=HASHES, seed=42
    )
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=HASHES, num_bands=BANDS)
    index.query_duplicate_flags_matrix_one_shot(digests)
    return iter(())


def fastsketch(texts: list[str]) -> Iterator[tuple[int, int]]:
    import FastSketchLSH

    sketcher = FastSketchLSH.FastSimilaritySketch(HASHES)
    index = FastSketchLSH.LSH(num_perm=HASHES, num_bands=BANDS)
    index.set_num_threads(1)
    parts = [np.asarray(sketcher.batch(sets, num_threads=1)) for _, sets in batches(texts)]
    sketches = np.concatenate(parts).astype(np.uint64)
    index.insert(sketches)
    for i, found in enumerate(index.query(sketches)):
        same = ((int(j), (sketches[i] == sketches[j]).mean()) for j in found if j < i)
        yield from ((i, j) for j, share in same if share >= THRESHOLD)


def gaoya(texts: list[str]) -> Iterator[tuple[int, int]]:
    from gaoya.minhash import MinHashStringIndex

    plain = [" ".join(WORD.findall(text.lower())) for text in texts]
    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=THRESHOLD, num_bands=BANDS, band_size=HASHES // BANDS,
        num_hashes=HASHES, analyzer="word", lowercase=False, ngram_range=(5, 5),
        id_container="smallvec",
    )  # fmt: skip
    index.par_bulk_insert_docs(list(range(len(plain))), plain)
    for start in range(0, len(plain), BATCH):
        for i, found in enumerate(index.par_bulk_query(plain[start : start + BATCH]), start):
            yield from ((i, j) for j in found if j < i)


def datasketch(texts: list[str]) -> Iterator[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    index, sketches = MinHashLSH(threshold=THRESHOLD, num_perm=HASHES), []
    for start, sets in batches(texts):
        for i, found in enumerate(sets, start):
            sketch = MinHash(num_perm=HASHES)
            sketch.update_batch([one.encode() for one in set(found)])
            index.insert(i, sketch)
            sketches.append(sketch)
    for i, sketch in enumerate(sketches):
        found = index.query(sketch)
        yield from ((i, j) for j in found if j < i and sketch.jaccard(sketches[j]) >= THRESHOLD)


def clusters(count: int, pairs: Iterator[tuple[int, int]]) -> list[int]:
    root = list(range(count))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, j in pairs:
        a, b = find(i), find(j)
        root[max(a, b)] = min(a, b)
    return [find(i) for i in range(count)]


if __name__ == "__main__":
    name, articles = sys.argv[1:3]
    with gzip.open(articles, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    given = np.load(sys.argv[3]) if name == "rensa_hashed" else texts
    if name == "rensa_hashed":
        given = {key: given[key] for key in given.files}
    globals()[name](given if name == "rensa_hashed" else texts[:2])  # imports do not count
    for _ in globals()[name](given if name == "rensa_hashed" else texts[:2]):
        pass
    started = time.process_time()
    labels = clusters(len(texts), globals()[name](given))
    print(json.dumps({"cpu": time.process_time() - started, "labels": labels}))
