"""Hostile PubMed files, made while they are read; run as a program it reads one and says how it went.

`python -m tests.sources.hostile_pubmed NAME` prints, as JSON, what came out and the peak memory.
"""

import gzip
import io
import itertools
import json
import resource
import sys
import zlib
from pathlib import Path

from sources.pubmed_xml import Deleted, Found, Malformed, Rejected, read

MB = 1 << 20
SET = b"<PubmedArticleSet>"
SET_END = b"</PubmedArticleSet>"
RECORD = (
    b"<PubmedArticle><MedlineCitation><PMID>%d</PMID><Article><ArticleTitle>%s</ArticleTitle>"
    b"</Article></MedlineCitation></PubmedArticle>"
)
GOOD = RECORD % (990000001, b"Moss tea.")
BOMB = b'<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [%s]>' + SET + b"%s" + SET_END


class Stream:
    """Bytes that exist only as they are read."""

    def __init__(self, chunks):
        self.chunks = iter(chunks)
        self.held = b""

    def read(self, size):
        while len(self.held) < size and (chunk := next(self.chunks, b"")):
            self.held += chunk
        taken, self.held = self.held[:size], self.held[size:]
        return taken


def around(*chunks):
    """Return a set with the chunks and, behind them, a good record."""
    return itertools.chain([SET], *chunks, [GOOD, SET_END])


def title(content):
    return around([RECORD % (990000002, content)])


def many(chunk, megabytes):
    return itertools.repeat(chunk * (MB // len(chunk)), megabytes)


def billion_laughs():
    laughs = [b'<!ENTITY a0 "ha">']
    laughs += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    return [BOMB % (b"".join(laughs), RECORD % (990000002, b"&a9;"))]


def quadratic_blowup():
    entity = b'<!ENTITY a "%s">' % (b"a" * 50_000)
    return [BOMB % (entity, RECORD % (990000002, b"&a;" * 50_000))]


def external_entity():
    return [BOMB % (b'<!ENTITY a SYSTEM "file:///etc/hostname">', RECORD % (990000002, b"&a;"))]


def external_subset():
    return [BOMB % (b'<!ENTITY %% a SYSTEM "http://127.0.0.1:1/a.dtd"> %a;', GOOD)]


def entity_nobody_declared():
    return title(b"Moss &a; tea")


def one_huge_element():
    start, end = (RECORD % (990000002, b"|")).split(b"|")
    return around([start], many(b"a", 200), [end])


def one_huge_tag():
    return around([b'<PubmedArticle a="'], many(b"a", 200), [b'">'])


def one_huge_comment():
    return around([b"<!--"], many(b"a", 200), [b"-->"])


def one_huge_space():
    return around(many(b" ", 200))


def huge_head():
    return itertools.chain([b"<?xml "], many(b"a", 200))


def records_without_end():
    return around(many(b"<PubmedArticle>" + b" " * 1000, 200))


def packed_bomb():
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(part) for part in around(many(b"a", 200)))
    return gzip.open(io.BytesIO(packed + packer.flush()))


def nul_bytes():
    return title(b"Moss \x00 tea")


def invalid_utf8():
    return title(b"Moss \xff\xc3\x28 tea")


def another_encoding():
    return ['<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16")]


def script_in_title():
    return title(b"&lt;script&gt;alert(1)&lt;/script&gt;<script>alert(2)</script>")


def handler_in_title():
    return title(b'<i onclick="alert(1)" style="x">Moss</i> <a href="javascript:alert(2)">tea</a>')


def script_in_cdata():
    return title(b"<![CDATA[<img src=x onerror=alert(1)>]]>")


def authors():
    person = b"<Author><LastName>Fictus</LastName><ForeName>A%d</ForeName></Author>"
    people = (person % number for number in range(15_000))
    start, end = (RECORD % (990000002, b"Crowd</ArticleTitle><AuthorList>|")).split(b"|")
    return around([start], people, [end.replace(b"</ArticleTitle>", b"</AuthorList>", 1)])


def depth():
    return title(b"<i>" * 100_000 + b"</i>" * 100_000)


def depth_that_is_allowed():
    return title(b"<i>" * 200 + b"deep" + b"</i>" * 200)


def many_attributes():
    return title(b"<i %s/>" % b" ".join(b'a%d=""' % number for number in range(100_000)))


def small_file():
    return around(many(RECORD % (990000003, b"tea " * 2500), 20))


def large_file():
    return around(many(RECORD % (990000003, b"tea " * 2500), 200))


MADE = (
    billion_laughs,
    quadratic_blowup,
    external_entity,
    external_subset,
    entity_nobody_declared,
    one_huge_element,
    one_huge_tag,
    one_huge_comment,
    one_huge_space,
    huge_head,
    records_without_end,
    packed_bomb,
    nul_bytes,
    invalid_utf8,
    another_encoding,
    script_in_title,
    handler_in_title,
    script_in_cdata,
    authors,
    depth,
    depth_that_is_allowed,
    many_attributes,
    small_file,
    large_file,
)
BY_NAME = {made.__name__: made for made in MADE}


def outcome(source):
    """Return what was found: the last two titles, and why the rest was refused."""
    said = {"found": 0, "titles": [], "authors": 0, "rejected": [], "malformed": None}
    try:
        for entry in read(source):
            note(entry, said)
    except Malformed as error:
        said["malformed"] = str(error)
    return said


def note(entry, said):
    if isinstance(entry, Found):
        said["found"] += 1
        said["titles"] = [*said["titles"][-1:], entry.record.title_html[:100]]
        said["authors"] = max(said["authors"], len(entry.record.authors))
    elif isinstance(entry, Rejected):
        said["rejected"] = [*said["rejected"][-1:], entry.reason]
    else:
        assert isinstance(entry, Deleted)


def peak_memory():
    """Return the most memory this program has had, in MB; ru_maxrss counts its parent's too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    made = BY_NAME[sys.argv[1]]()
    said = outcome(made if hasattr(made, "read") else Stream(made))
    sys.stdout.write(json.dumps(said | {"memory": peak_memory()}))
