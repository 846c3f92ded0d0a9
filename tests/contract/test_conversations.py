"""`ConversationStore`: what was served is there, each owner's own, also after a kill."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from rag.adapters.conversations_sqlalchemy import SqlConversationStore
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.adapters.store_sqlalchemy_open import Place
from rag.domain import Conversation, ServedAnswer
from rag.errors import NotFound
from rag.stores import ConversationStore
from tests.contract.made_reports import make_reading

NOON = datetime(2026, 3, 5, 12, 0, 0, 123456, tzinfo=UTC)
ME, OTHER = "", "key-2"


@pytest.fixture
def store(database: Place) -> Iterator[ConversationStore]:
    opened = SqlConversationStore(database)
    yield opened
    opened.close()


def served(
    answer_id: str,
    question: str = "2023年张家口的GDP增长多少？",
    *,
    conversation: Conversation | None = None,
    at: datetime = NOON,
    understood: str | None = None,
) -> ServedAnswer:
    return ServedAnswer(
        id=answer_id,
        conversation_id=None if conversation is None else conversation.id,
        question=question,
        question_understood=understood,
        record=f'{{"id": "{answer_id}", "answer": "增长5.1%[1]。\\n𠮷"}}'.encode(),
        created_at=at,
    )


def ids(found: list[ServedAnswer]) -> list[str]:
    return [one.id for one in found]


def test_an_answer_comes_back_as_it_was_served(store: ConversationStore) -> None:
    alone = served("a1")
    store.keep(alone, owner=ME)
    assert store.answer("a1", owner=ME) == alone
    talk = store.begin(owner=ME, title="张家口")
    inside = served("a2", "那抚州呢？", conversation=talk, understood="2023年抚州的GDP增长多少？")
    store.keep(inside, owner=ME)
    assert store.answer("a2", owner=ME) == inside
    assert store.answers(talk.id, owner=ME) == [inside]


def test_answers_stand_in_the_order_in_which_they_were_served(store: ConversationStore) -> None:
    """Also where the clock was set back."""
    talk = store.begin(owner=ME)
    for number in range(5):
        early = NOON - timedelta(seconds=number)
        store.keep(served(f"a{number}", f"问{number}", conversation=talk, at=early), owner=ME)
    store.keep(served("a5", "那抚州呢？", conversation=talk, understood="抚州呢"), owner=ME)
    assert ids(store.answers(talk.id, owner=ME)) == [f"a{number}" for number in range(6)]
    assert store.questions(talk.id, owner=ME, last=3) == ["问3", "问4", "抚州呢"]


def test_conversations_are_listed_by_when_something_was_last_asked(store: ConversationStore) -> None:
    first, second, third = (store.begin(owner=ME, title=title) for title in "甲乙丙")
    store.keep(served("a1", conversation=first, at=datetime.now(UTC) + timedelta(hours=1)), owner=ME)
    found = store.page(owner=ME, limit=10)
    assert [one.title for one in found] == ["甲", "丙", "乙"]
    assert found[0].updated_at > found[0].created_at
    assert store.conversations(owner=ME) == 3
    assert store.page(owner=ME, limit=1, offset=2) == [second]
    assert store.conversation(third.id, owner=ME) == third


def test_the_first_question_becomes_the_title_that_lacks(store: ConversationStore) -> None:
    unnamed, named = store.begin(owner=ME), store.begin(owner=ME, title="我的")
    for number, talk in enumerate((unnamed, named, unnamed)):
        store.keep(served(f"a{number}", f"第{number}问\n" + "长" * 200, conversation=talk), owner=ME)
    title = store.conversation(unnamed.id, owner=ME).title
    assert title.startswith("第0问 长")
    assert len(title) == 80
    assert store.conversation(named.id, owner=ME).title == "我的"
    assert store.rename(named.id, "新名", owner=ME).title == "新名"
    assert store.conversation(named.id, owner=ME).title == "新名"


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("廊坊", ["廊坊"]),
        ("gdp", ["问答"]),
        ("抚州的", ["问答"]),
        ("100%", ["100%"]),
        ("_", []),
        ("%", ["100%"]),
        ("没有", []),
    ],
)
def test_search_looks_into_titles_and_questions(
    store: ConversationStore, words: str, titles: list[str]
) -> None:
    talk = store.begin(owner=ME, title="问答")
    store.keep(served("a1", conversation=talk), owner=ME)
    store.keep(served("a2", "那抚州呢？", conversation=talk, understood="抚州的GDP"), owner=ME)
    for title in ("廊坊", "100%"):
        store.begin(owner=ME, title=title)
    store.begin(owner=OTHER, title=words)
    assert [one.title for one in store.page(owner=ME, containing=words, limit=9)] == titles
    assert store.conversations(owner=ME, containing=words) == len(titles)


def test_nobody_sees_what_is_another_s(store: ConversationStore) -> None:
    talk = store.begin(owner=ME, title="甲")
    store.keep(served("a1", conversation=talk), owner=ME)
    calls: list[Callable[[], object]] = [
        lambda: store.conversation(talk.id, owner=OTHER),
        lambda: store.rename(talk.id, "乙", owner=OTHER),
        lambda: store.remove(talk.id, owner=OTHER),
        lambda: store.answers(talk.id, owner=OTHER),
        lambda: store.questions(talk.id, owner=OTHER, last=9),
        lambda: store.answer("a1", owner=OTHER),
        lambda: store.rate("a1", owner=OTHER, rating=1),
        lambda: store.keep(served("a2", conversation=talk), owner=OTHER),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert store.page(owner=OTHER, limit=9) == []
    assert store.conversations(owner=OTHER) == 0
    assert store.answer("a1", owner=ME).rating is None
    assert ids(store.answers(talk.id, owner=ME)) == ["a1"]
    assert store.conversation(talk.id, owner=ME).title == "甲"


def test_a_conversation_goes_with_its_answers(store: ConversationStore) -> None:
    gone, kept = store.begin(owner=ME), store.begin(owner=ME)
    store.keep(served("a1", conversation=gone), owner=ME)
    store.keep(served("a2", conversation=kept), owner=ME)
    store.keep(served("a3"), owner=ME)
    store.remove(gone.id, owner=ME)
    with pytest.raises(NotFound):
        store.answer("a1", owner=ME)
    with pytest.raises(NotFound):
        store.remove(gone.id, owner=ME)
    with pytest.raises(NotFound):
        store.keep(served("a4", conversation=gone), owner=ME)
    with pytest.raises(NotFound):
        store.answer("a4", owner=ME)
    assert [store.answer(one, owner=ME).id for one in ("a2", "a3")] == ["a2", "a3"]


def test_a_later_rating_takes_the_place_of_the_earlier(store: ConversationStore) -> None:
    store.keep(served("a1"), owner=ME)
    assert store.rate("a1", owner=ME, rating=-1, comment="年份不对").comment == "年份不对"
    store.rate("a1", owner=ME, rating=1)
    assert store.answer("a1", owner=ME) == replace(served("a1"), rating=1)


def test_what_is_old_is_forgotten(store: ConversationStore) -> None:
    begun, idle = store.begin(owner=ME), store.begin(owner=OTHER)
    now = datetime.now(UTC)
    store.keep(served("old", conversation=begun, at=now - timedelta(days=9)), owner=ME)
    store.keep(served("alone", at=now - timedelta(days=9)), owner=OTHER)
    store.keep(served("new", conversation=begun, at=now + timedelta(seconds=1)), owner=ME)
    assert store.forget(before=now - timedelta(days=7)) == 2
    assert ids(store.answers(begun.id, owner=ME)) == ["new"]
    assert store.conversation(idle.id, owner=OTHER) == idle
    assert store.forget(before=now + timedelta(seconds=1)) == 1
    with pytest.raises(NotFound):
        store.conversation(idle.id, owner=OTHER)
    assert ids(store.answers(begun.id, owner=ME)) == ["new"]


def test_many_at_once_lose_nothing(store: ConversationStore) -> None:
    talk = store.begin(owner=ME)
    with ThreadPoolExecutor(8) as threads:
        for number in range(40):
            threads.submit(store.keep, served(f"a{number}", conversation=talk), owner=ME)
    assert sorted(ids(store.answers(talk.id, owner=ME))) == sorted(f"a{number}" for number in range(40))


def test_it_works_beside_the_store_of_reports(database: Place, store: ConversationStore) -> None:
    reports = SqlReportStore(database)
    reports.save(make_reading("s1"))
    store.keep(served("a1"), owner=ME)
    reports.remove("s1")
    reports.close()
    assert store.answer("a1", owner=ME).id == "a1"


def test_a_kill_right_after_loses_nothing(database: Place, store: ConversationStore) -> None:
    killed = (
        "import os, signal, sys\n"
        "from rag.adapters.conversations_sqlalchemy import SqlConversationStore\n"
        "from tests.contract.test_conversations import served\n"
        "store = SqlConversationStore(sys.argv[1])\n"
        "talk = store.begin(owner='', title='甲')\n"
        "store.keep(served('a1', conversation=talk), owner='')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    url = database.render_as_string(hide_password=False) if isinstance(database, URL) else str(database)
    done = subprocess.run([sys.executable, "-c", killed, url], cwd=root, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    (talk,) = store.page(owner=ME, limit=9)
    assert store.answers(talk.id, owner=ME) == [served("a1", conversation=talk)]
