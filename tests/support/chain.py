"""The audit log of a database, read as agent/store/audit.h describes it."""

import hashlib
import sqlite3

EVENTS = {1: "collection", 2: "alteration", 3: "consultation",
          4: "disclosure", 5: "combination", 6: "erasure"}


def read_chain(path):
    """The rows as (event, incident id, detail), each link compared.

    AssertionError for the first row that is missing, altered or moved.
    """
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10) as db:
        rows = db.execute("SELECT id, at_ms, actor, event, incident_id,"
                          " detail, prev, hash FROM audit ORDER BY id")
        last, out = bytes(32), []
        for number, (at, at_ms, actor, event, incident, detail, prev,
                     digest) in enumerate(rows, 1):
            text = "\n".join([prev.hex(), str(at), str(at_ms), actor,
                              EVENTS[event], str(incident or "-"), detail, ""])
            assert at == number, f"audit row {number} is missing"
            assert prev == last, f"audit row {at} does not follow"
            assert hashlib.sha256(text.encode()).digest() == digest, \
                f"audit row {at} was altered"
            last = digest
            out.append((EVENTS[event], incident, detail))
    return out
