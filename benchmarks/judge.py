"""Whether an answer is that of one edition, whole and unmixed."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field

import orjson

from benchmarks.editions import Editions, Question

_MARK = re.compile(rb"edition (\d+);")
_TAG = re.compile(r'W/"(.+)-[0-9a-f]{8}"')


@dataclass
class Judge:
    """Compares answers with the editions, and with one another.

    Attributes
    ----------
    edition_of : dict
        The edition that a revision was seen with; answers with the same tag agree on it.
    """

    editions: Editions
    edition_of: dict[str, int] = field(default_factory=dict[str, int])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, question: Question, tag: str, body: bytes) -> str | None:
        """Return what is wrong with an answer of status 200, or None.

        Parameters
        ----------
        tag : str
            The header ``ETag``.
        """
        found = _TAG.fullmatch(tag)
        if found is None:
            return f"no revision in the tag {tag!r}"
        marks = set(map(int, _MARK.findall(body)))
        if len(marks) > 1:
            return f"mixed: features of the editions {sorted(marks)}"
        edition = self._edition(found[1], marks.pop() if marks else None)
        if isinstance(edition, str):
            return edition
        if edition is None:
            # No feature in it, and the revision is new: nothing to compare with.
            return None
        return self._count_fault(question, edition, body)

    def _edition(self, revision: str, seen: int | None) -> int | str | None:
        with self._lock:
            known = self.edition_of.get(revision)
            if seen is None or known == seen:
                return known
            if known is not None:
                return f"mixed: tagged as edition {known}, features of {seen}"
            if seen in self.edition_of.values():
                return f"mixed: edition {seen} under the tag {revision} and another"
            self.edition_of[revision] = seen
            return seen

    def _count_fault(self, question: Question, edition: int, body: bytes) -> str | None:
        expected = self.editions.matched(question, edition)
        if question.kind in ("page", "facets"):
            counted = orjson.loads(body)["numberMatched"]
        elif question.kind == "file":
            counted = body.count(b"\nmy-project-")
        else:
            return None
        if counted == expected:
            return None
        return f"mixed: {counted} features where edition {edition} has {expected}"
