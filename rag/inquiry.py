"""One question under way: what it is, what it works with, and what has been found so far.

The answers (`rag.answers`) share it: they look for statements, quote them, and refuse through it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.domain import (
    Answer,
    Citation,
    Draft,
    Evidence,
    Hit,
    Intent,
    Language,
    Lexicon,
    Prompt,
    Question,
    Refusal,
    RefusalReason,
    Report,
    Sentence,
    SourceText,
    Statement,
    Status,
)
from rag.holdings import Holdings
from rag.ports import (
    ChatModel,
    CountTokens,
    CutWords,
    Gazetteer,
    LexicalIndex,
    LookUp,
    PassageIndex,
    Romanise,
    Simplify,
    TagWords,
    Vectors,
)
from rag.search import MOST_HITS, search
from rag.steps import phrase
from rag.steps.answer import Claim, build_answer, cite
from rag.steps.compose import PromptTexts
from rag.steps.compute import Computed
from rag.steps.judge_statements import judge_statements
from rag.steps.select import as_evidence
from rag.steps.understand import understand


@dataclass(frozen=True, slots=True, kw_only=True)
class AskParts:
    """What line 2 works with. `chat` is None in extractive mode and where no model is set.

    `embed` gives the vector of a query, by the embedder of the name `embedder`.
    `answer_seconds` is the time after which the sentences themselves are served, `evidence_tokens` how many
    tokens of evidence the model is shown at most, `holdings` is what the corpus holds as the question comes.
    """

    passages: PassageIndex
    words: LexicalIndex
    embedder: str
    embed: Callable[[str], Vectors]
    chat: ChatModel | None
    gazetteer: Gazetteer
    lexicon: Lexicon
    prompts: PromptTexts
    simplify: Simplify
    traditionalise: Simplify
    cut_words: CutWords
    tag_words: TagWords
    look_up: LookUp
    romanise: Romanise
    count_tokens: CountTokens
    answer_seconds: float
    evidence_tokens: int
    holdings: Holdings

    def understand(self, text: str, reports: Sequence[Report]) -> Intent:
        """What a question or a query asks of these reports."""
        return understand(
            text,
            reports=reports,
            lexicon=self.lexicon,
            gazetteer=self.gazetteer,
            simplify=self.simplify,
            cut_words=self.cut_words,
            tag_words=self.tag_words,
            look_up=self.look_up,
        )

    def search(
        self, vector: Vectors, intent: Intent, reports: Sequence[Report], *, limit: int = MOST_HITS
    ) -> list[Hit]:
        """The sentences of these reports that search finds, best first. `vector` is that of the query."""
        return search(
            vector,
            intent=intent,
            reports=reports,
            shelf=self.holdings.shelf,
            passages=self.passages,
            words=self.words,
            cut_words=self.cut_words,
            limit=limit,
        )


class Listener:
    """Hears of a question's progress. The default hears nothing."""

    def evidence(self, citations: Sequence[Citation]) -> None:
        """The sentences that the answer may rest on, before the model writes."""

    def token(self, text: str) -> None:
        """A piece of the draft, unproven."""

    def wanted(self) -> bool:
        """Whether anybody still waits for the answer. Asked from any thread."""
        return True


@dataclass(slots=True, kw_only=True)
class Inquiry:
    """The state of one question. Only this object changes on the way; everything in it is frozen."""

    question: Question
    parts: AskParts
    listener: Listener
    intent: Intent
    reports: Sequence[Report]
    timings: dict[str, int]
    started: float
    hits: list[Hit] = field(default_factory=list)
    evidence: tuple[Evidence, ...] = ()
    prompt: Prompt | None = None
    draft: Draft | None = None
    faults: tuple[str, ...] = ()
    note: str | None = None
    vectors: dict[str, Vectors] = field(default_factory=dict)

    @property
    def asked(self) -> str:
        """The whole question in simplified characters, as the patterns of `question_words` are."""
        return self.parts.simplify(self.question.text)

    @property
    def language(self) -> Language:
        return self.intent.language

    def look(self, reports: Sequence[Report], intent: Intent) -> list[Statement]:
        """Search the reports and judge what is found, best first."""
        mark = time.perf_counter()
        query = spoken(self.question.text, intent)
        if self.language is Language.ENGLISH:
            query = f"{query} {intent.text}"
        if query not in self.vectors:
            self.vectors[query] = self.parts.embed(query)
        hits = self.parts.search(self.vectors[query], intent, reports)
        self.hits.extend(hits)
        judged = judge_statements(hits, intent)
        self.timings["search"] = self.timings.get("search", 0) + milliseconds(mark)
        return judged

    def sentences_of(self, report_id: str) -> tuple[Sentence, ...]:
        """All sentences of a report, in the order of the text."""
        return self.parts.holdings.shelf.sentences(report_id)

    def show(self, statements: Sequence[Statement]) -> None:
        """These are the evidence: number them and let the listener see them."""
        self.evidence = as_evidence(
            statements, budget=self.parts.evidence_tokens, count_tokens=self.parts.count_tokens
        )
        self.listener.evidence([self.near(statement) for statement in statements])

    def near(self, statement: Statement) -> Citation:
        """A citation without a marker."""
        return cite(statement, self.sources_of([statement]))

    def sources_of(self, statements: Sequence[Statement]) -> dict[str, SourceText]:
        """By their ids, the sources of these statements."""
        ids = dict.fromkeys(statement.hit.report.source_id for statement in statements)
        return {source_id: self.parts.holdings.shelf.text(source_id) for source_id in ids}

    def quotations(self, statements: Sequence[Statement]) -> list[Claim]:
        """One claim for each; what is of the same place and time as the one before does not repeat them."""
        labels = [phrase.place_and_time(statement, self.language) for statement in statements]
        claims: list[Claim] = []
        for number, (statement, label) in enumerate(zip(statements, labels, strict=True)):
            words = phrase.quote(self._display(statement), self.language)
            repeats = number > 0 and labels[number - 1] == label
            goes_on = number + 1 < len(labels) and labels[number + 1] == label
            claims.append(
                Claim(
                    text=words if repeats else phrase.labelled(label, words, self.language),
                    statements=(statement,),
                    end=phrase.stop(self.language, last=not goes_on),
                )
            )
        return claims

    def quote(self, statements: Sequence[Statement]) -> Answer:
        """The extractive answer: the statements themselves."""
        return self.answer(self.quotations(statements))

    def conclude(self, statements: Sequence[Statement], computed: Computed) -> Answer:
        """The statements, and what code made of their figures."""
        end = phrase.stop(self.language, last=True)
        claim = Claim(
            text=computed.text, statements=tuple(statements), computed=computed.expressions, end=end
        )
        return self.answer([*self.quotations(statements), claim])

    def answer(
        self, claims: Sequence[Claim], *, mode_used: str = "extractive", refusal: Refusal | None = None
    ) -> Answer:
        statements = [statement for claim in claims for statement in claim.statements]
        return build_answer(
            claims,
            sources=self.sources_of(statements),
            language=self.language,
            mode_used=mode_used,
            refusal=refusal,
            simplify=self.parts.simplify,
        )

    def refuse(self, reason: RefusalReason, detail: str, near: Statement | None = None) -> Answer:
        return Answer(
            status=Status.REFUSED,
            text=detail,
            language=self.language,
            citations=() if near is None else (self.near(near),),
            refusal=Refusal(reason=reason, detail=detail),
            mode_used="extractive",
        )

    def _display(self, statement: Statement) -> str:
        return self.near(statement).display


def spoken(text: str, intent: Intent) -> str:
    """What is embedded of a question: its folded text, as passages are folded; an English one as typed."""
    return text if intent.language is Language.ENGLISH else intent.text


def milliseconds(since: float) -> int:
    """Whole milliseconds since a moment of `time.perf_counter`."""
    return round((time.perf_counter() - since) * 1000)
