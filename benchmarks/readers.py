"""Readers: threads that each keep a connection, ask at a steady pace and judge every answer."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.editions import Question
from benchmarks.judge import Judge

# A slow answer is one; the report tells the slowest.
TIMEOUT_S = 60
LIMIT_MAXIMUM = 400
OK = "ok"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes
    ----------
    at_s : float
        When it was over (`time.monotonic`).
    took_s : float
    outcome : str
        "ok", the status, "refused", "cut", "no answer", or what was wrong with the answer.
    target : str
    """

    at_s: float
    took_s: float
    outcome: str
    target: str


class Readers:
    """A number of readers of one address.

    Parameters
    ----------
    port : int
        On the loopback.
    pace_s : float
        Each asks this often; 0 stands for as often as it is answered.
    """

    def __init__(
        self, port: int, number: int, questions: Sequence[Question], judge: Judge, pace_s: float = 0
    ) -> None:
        self.asked: list[Asked] = []
        self._port = port
        self._questions = questions
        self._judge = judge
        self._pace_s = pace_s
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(seed,), daemon=True) for seed in range(number)
        ]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _read(self, seed: int) -> None:
        chance = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        due = time.monotonic() + chance.random() * self._pace_s
        while not self._end.wait(max(0, due - time.monotonic())):
            question = chance.choice(self._questions)
            start = time.monotonic()
            target = question.target.format(limit=chance.randint(1, LIMIT_MAXIMUM))
            outcome = self._ask(connection, question, target)
            now = time.monotonic()
            # Appending is atomic; the list is read when all threads have ended.
            self.asked.append(Asked(now, now - start, outcome, target))
            # Who was held up does not catch up: the pace is what the server is asked, at most.
            due = max(now, due + self._pace_s)
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, question: Question, target: str) -> str:
        try:
            connection.request("GET", quote(target, safe="/?&=,"))
            answer = connection.getresponse()
            body = answer.read()
        except TimeoutError:
            outcome = "no answer"
        except ConnectionRefusedError:
            outcome = "refused"
        except (OSError, http.client.HTTPException):
            outcome = "cut"
        else:
            if answer.status != 200:
                return str(answer.status)
            return self._judge.fault(question, answer.headers.get("ETag", ""), body) or OK
        connection.close()
        return outcome
