"""Who calls the service in `wenbao-eval bench --load`: locust reads this file, in a process of its own."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

from locust import FastHttpUser, constant, constant_throughput, task
from locust.exception import StopUser

QUESTIONS: dict[str, list[str]] = json.loads(Path(os.environ["LOAD_QUESTIONS"]).read_text(encoding="utf-8"))
CLIENTS = int(os.environ["LOAD_CLIENTS"])
_NEXT = itertools.count()
_ENDED = itertools.count(1)


def question(kind: str = "few") -> str:
    """Another one each time, until all have been asked: of a few hundred, or of more than the service keeps
    the vectors of."""
    asked = QUESTIONS[kind]
    return asked[next(_NEXT) % len(asked)]


class _Caller(FastHttpUser):
    abstract = True
    wait_time = constant(0)
    connection_timeout = 60.0
    network_timeout = 300.0
    kind = "few"

    def search(self) -> None:
        self.client.post("/v1/search", json={"query": question(self.kind), "k": 10})

    def ask(self) -> None:
        self.client.post("/v1/ask", json={"question": question(self.kind), "mode": "extractive"})


class Searching(_Caller):
    """The next search as soon as the one before is answered."""

    @task
    def search_again(self) -> None:
        self.search()


class SearchingInStep(Searching):
    """Four searches a second: 16 callers make 64."""

    wait_time = constant_throughput(4)


class Asking(_Caller):
    """The next extractive answer as soon as the one before is there."""

    @task
    def ask_again(self) -> None:
        self.ask()


class SearchingNew(Searching):
    """Nothing that was asked lately."""

    kind = "new"


class SearchingNewInStep(SearchingInStep):
    """Nothing that was asked lately, four a second."""

    kind = "new"


class AskingNew(Asking):
    """Nothing that was asked lately."""

    kind = "new"


class Mixed(_Caller):
    """What a day holds, two calls a second."""

    wait_time = constant_throughput(2)

    @task(6)
    def search_again(self) -> None:
        self.search()

    @task(3)
    def ask_again(self) -> None:
        self.ask()

    @task(1)
    def talk(self) -> None:
        """A conversation of two questions, read, exported and deleted."""
        talk = self.client.post("/v1/conversations", json={"title": "负载"}).json()["id"]
        for text in (question(), question()):
            body = {"question": text, "conversation_id": talk, "mode": "extractive"}
            self.client.post("/v1/ask", json=body)
        path = f"/v1/conversations/{talk}"
        self.client.get(f"{path}/export", name="/v1/conversations/{id}/export")
        self.client.delete(path, name="/v1/conversations/{id}")


class AskingTheModel(_Caller):
    """One question, asked at the same moment as those of all others."""

    @task
    def ask_once(self) -> None:
        body = {"question": question(), "mode": "auto"}
        with self.client.post("/v1/ask", json=body, catch_response=True) as response:
            told = "answered" if response.status_code == 200 else f"told {response.status_code}"
            response.request_meta["name"] = told
            waits = response.status_code == 429 and int(response.headers.get("Retry-After", 0)) > 0
            if waits or (response.status_code == 200 and response.json()["answer"]):
                response.success()
            else:
                response.failure(f"lost: {response.status_code}")
        runner = self.environment.runner
        if runner is not None and next(_ENDED) >= CLIENTS:
            runner.quit()
        raise StopUser
