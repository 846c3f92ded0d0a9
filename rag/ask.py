"""Line 2: question → Trace. Reads top to bottom as the pipeline does."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag import __version__
from rag.domain import (
    Answer,
    Citation,
    Draft,
    Evidence,
    Hit,
    Intent,
    Language,
    Lexicon,
    Manifest,
    Prompt,
    Question,
    QuestionKind,
    Refusal,
    RefusalReason,
    Report,
    Stance,
    Statement,
    Status,
    Trace,
    Wanted,
)
from rag.errors import ChatError, QuestionError
from rag.ports import (
    ChatModel,
    CountTokens,
    CutWords,
    Embedder,
    Gazetteer,
    LexicalIndex,
    PassageIndex,
    ReportStore,
    Simplify,
)
from rag.search import search
from rag.steps import compare, count, gather, phrase
from rag.steps.answer import Claim, build_answer, cite
from rag.steps.check_figures import check_claims
from rag.steps.cite import read_draft
from rag.steps.compose import PromptTexts, compose, draft_grammar
from rag.steps.conflict import distinct, rivals
from rag.steps.read import join_wraps
from rag.steps.refuse import Verdict, weigh
from rag.steps.scope import Scope, decide_scope
from rag.steps.select import choose_evidence, judge_statements
from rag.steps.understand import understand

MAX_QUESTION = 2000
_FOLLOWING = 40
"""Sentences behind a lead in which the items of its list are looked for."""
_MAX_TOKENS = {QuestionKind.LIST: 260}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskParts:
    """What line 2 works with. `chat` is None in extractive mode and where no model is set."""

    store: ReportStore
    passages: PassageIndex
    words: LexicalIndex
    embedder: Embedder
    chat: ChatModel | None
    gazetteer: Gazetteer
    lexicon: Lexicon
    prompts: PromptTexts
    simplify: Simplify
    traditionalise: Simplify
    cut_words: CutWords
    tag_words: TagWords
    count_tokens: CountTokens
    answer_seconds: float
    evidence_tokens: int
    corpus: Callable[[], str]


class Listener:
    """Hears of a question's progress. The default hears nothing."""

    def evidence(self, citations: Sequence[Citation]) -> None:
        """The sentences that the answer may rest on, before the model writes."""

    def token(self, text: str) -> None:
        """A piece of the draft, unproven."""


def ask(question: Question, *, parts: AskParts, listener: Listener = Listener()) -> Trace:
    """Answer or refuse. Raises QuestionError for an empty or too long question; a failing model is no error:
    the sentences themselves are then served."""
    return _Run(question, parts, listener).trace()


class _Run:
    """One question on its way. Holds the parts and what has been measured; every stage is one method."""

    def __init__(self, question: Question, parts: AskParts, listener: Listener) -> None:
        if not question.text.strip():
            raise QuestionError("The question is empty: write what you want to know.")
        if len(question.text) > MAX_QUESTION:
            raise QuestionError(f"The question has {len(question.text)} characters; at most {MAX_QUESTION} are read.")
        self.question = question
        self.parts = parts
        self.listener = listener
        self.timings: dict[str, int] = {}
        self.started = time.perf_counter()
        self.hits: list[Hit] = []
        self.evidence: tuple[Evidence, ...] = ()
        self.prompt: Prompt | None = None
        self.draft: Draft | None = None
        self.faults: tuple[str, ...] = ()
        self.texts: dict[str, str] = {}

    def trace(self) -> Trace:
        parts = self.parts
        mark = time.perf_counter()
        self.reports = parts.store.reports()
        self.intent = understand(
            self.question.text,
            reports=self.reports,
            lexicon=parts.lexicon,
            gazetteer=parts.gazetteer,
            simplify=parts.simplify,
            cut_words=parts.cut_words,
            tag_words=parts.tag_words,
        )
        self._took("understand", mark)
        answer = self._answer()
        self._took("total", self.started)
        return Trace(
            id=uuid.uuid4().hex,
            question=self.question,
            intent=self.intent,
            hits=tuple(self.hits),
            evidence=self.evidence,
            prompt=self.prompt,
            draft=self.draft,
            faults=self.faults,
            answer=self._in_script(answer),
            manifest=Manifest(
                corpus=parts.corpus(),
                embedder=parts.embedder.name,
                chat_model=parts.chat.name if parts.chat else None,
                prompt=parts.prompts.version,
                version=__version__,
            ),
            timings_ms=self.timings,
        )

    # --- which reports, and is it a question for them at all ---

    def _answer(self) -> Answer:
        intent = self.intent
        if intent.kind is QuestionKind.OUT_OF_SCOPE:
            return self._refuse(RefusalReason.OUT_OF_SCOPE, phrase.out_of_scope(intent.language))
        scope = decide_scope(intent, self.reports, self.question.filters)
        if not scope.reports:
            places = scope.missing or intent.regions or self.question.filters.regions or ("",)
            detail = phrase.refused_place(places, self.reports, intent.language)
            return self._refuse(RefusalReason.NOT_IN_CORPUS, detail)
        if intent.kind is QuestionKind.COUNT:
            return self._count(scope)
        if intent.kind is QuestionKind.COMPARISON:
            return self._compare(scope)
        return self._fact(scope)

    # --- one place, one year ---

    def _fact(self, scope: Scope) -> Answer:
        judged = self._look(scope.reports, self.intent)
        if scope.missing_year is not None:
            judged = [s for s in judged if str(scope.missing_year) in s.hit.sentence.text]
        verdict = weigh(judged, self.intent)
        if not verdict.good:
            return self._not_stated(scope, verdict)
        opposed = self._rivals(verdict.good[0])
        if opposed:
            return self._conflict(verdict.good[0], opposed)
        self.evidence = choose_evidence(
            verdict.good,
            intent=self.intent,
            budget=self.parts.evidence_tokens,
            count_tokens=self.parts.count_tokens,
        )
        items = self._items(verdict.good[0]) if self.intent.kind is QuestionKind.LIST else []
        if items:
            self.evidence = tuple(Evidence(id=n, statement=s) for n, s in enumerate(items, 1))
        self.listener.evidence([self._near(item.statement) for item in self.evidence])
        if items:
            return self._quote(items)
        if self.intent.kind is not QuestionKind.WORDING and self.parts.chat is not None:
            drafted = self._draft(self.parts.chat)
            if drafted is not None:
                return drafted
        return self._extract([item.statement for item in self.evidence])

    def _look(self, reports: Sequence[Report], intent: Intent) -> list[Statement]:
        mark = time.perf_counter()
        parts = self.parts
        hits = search(
            self.question.text,
            intent=intent,
            reports=reports,
            store=parts.store,
            passages=parts.passages,
            words=parts.words,
            embedder=parts.embedder,
            cut_words=parts.cut_words,
        )
        self.hits.extend(hits)
        judged = judge_statements(hits, intent)
        self.timings["search"] = self.timings.get("search", 0) + round((time.perf_counter() - mark) * 1000)
        return judged

    def _rivals(self, statement: Statement) -> list[Statement]:
        """What the same report says against its best statement, where a figure is asked for."""
        if self.intent.wanted is Wanted.NONE:
            return []
        sentences = self.parts.store.sentences([statement.hit.report.id])
        return distinct(rivals(statement, sentences))

    def _conflict(self, statement: Statement, opposed: Sequence[Statement]) -> Answer:
        language = self.intent.language
        both = (statement, *opposed)
        self.evidence = tuple(Evidence(id=n, statement=s) for n, s in enumerate(both, 1))
        self.listener.evidence([self._near(s) for s in both])
        detail = (
            "The report gives different values in different places."
            if language is Language.ENGLISH
            else "同一报告中前后所写不一致。"
        )
        claims = self._quotations(both)
        name = self.intent.indicators[0].name if self.intent.indicators else statement.text
        answer = build_answer(
            claims,
            texts=self._texts_of(both),
            language=language,
            mode_used="extractive",
            conflicts=[(name, both, detail)],
        )
        return replace(answer, text=f"{answer.text}{detail}")

    # --- the model drafts, code proves ---

    def _draft(self, chat: ChatModel) -> Answer | None:
        """An answer whose every statement is proven, after at most two tries; None to serve the sentences."""
        mark = time.perf_counter()
        intent = self.intent
        self.prompt = compose(self.parts.prompts, self.evidence, intent, self.question.text)
        claims: list[Claim] = []
        try:
            text = self._write(chat, self.prompt, mark)
            claims, faults = read_draft(text, self.evidence, intent.language)
            faults += check_claims(claims, intent, simplify=self.parts.simplify)
            self.draft, self.faults = Draft(text=text), tuple(faults)
        except ChatError as error:
            self.faults = (str(error),)
        self._took("model", mark)
        if self.faults or not claims:
            return None
        used = [s for claim in claims for s in claim.statements]
        return build_answer(claims, texts=self._texts_of(used), language=intent.language, mode_used="model")

    def _write(self, chat: ChatModel, prompt: Prompt, mark: float) -> str:
        pieces: list[str] = []
        grammar = draft_grammar(prompt.ids, self.intent.kind)
        left = self.parts.answer_seconds - (time.perf_counter() - self.started)
        tokens = _MAX_TOKENS.get(self.intent.kind, 140)
        for piece in chat.write(prompt, grammar=grammar, max_tokens=tokens, seconds=left):
            if not pieces:
                self._took("first_token", mark)
            pieces.append(piece)
            self.listener.token(piece)
        return "".join(pieces)

    # --- the sentences themselves ---

    def _extract(self, found: Sequence[Statement]) -> Answer:
        return self._quote(self._kept(found))

    def _quote(self, statements: Sequence[Statement]) -> Answer:
        claims = self._quotations(statements)
        return build_answer(
            claims, texts=self._texts_of(statements), language=self.intent.language, mode_used="extractive"
        )

    def _items(self, best: Statement) -> list[Statement]:
        """The list that the best sentence announces and the sentences behind it give."""
        lead = best.hit.sentence
        count_asked = gather.asked_count(self.question.text)
        if not gather.leads(lead, count_asked):
            return []
        sentences = self.parts.store.sentences([lead.report_id])
        behind = [sentence for sentence in sentences if lead.ordinal < sentence.ordinal <= lead.ordinal + _FOLLOWING]
        return [
            replace(best, hit=replace(best.hit, sentence=sentence), start=start, end=end)
            for sentence, start, end in gather.led(lead, behind, count_asked)
        ]

    def _kept(self, found: Sequence[Statement]) -> list[Statement]:
        """How many sentences answer: one for a fact, the best of each indicator, a few for a list."""
        best = found[0]
        if self.intent.kind is QuestionKind.LIST and self.intent.wanted is Wanted.NONE:
            return [s for s in found if s.score >= best.score - 0.8][:3]
        if len(self.intent.indicators) > 1:
            firsts = [next((s for s in found if i.name in s.indicators), None) for i in self.intent.indicators]
            return list(dict.fromkeys(s for s in firsts if s is not None)) or [best]
        return [best]

    def _quotations(self, statements: Sequence[Statement]) -> list[Claim]:
        """One claim for each; what is of the same place and time as the one before does not repeat them."""
        language = self.intent.language
        claims: list[Claim] = []
        label = ""
        for number, statement in enumerate(statements):
            before, label = label, phrase.place_and_time(statement, language)
            words = phrase.quote(self._display(statement), language)
            after = phrase.place_and_time(statements[number + 1], language) if number + 1 < len(statements) else ""
            text = words if before == label else phrase.labelled(label, words, language)
            claims.append(Claim(text=text, statements=(statement,), end=phrase.stop(language, last=after != label)))
        return claims

    def _display(self, statement: Statement) -> str:
        text = self._texts_of([statement])[statement.hit.report.source_id]
        span = statement.span
        return join_wraps(text[span.start : span.end])

    # --- several places or years ---

    def _compare(self, scope: Scope) -> Answer:
        intent = self.intent
        readings, lacking = self._readings(scope)
        missing = [*scope.missing, *lacking]
        if not readings:
            return self._fact(scope) if not missing else self._not_stated(scope, Verdict(good=(), near=None))
        self.evidence = tuple(Evidence(id=n, statement=r.statement) for n, r in enumerate(readings, 1))
        self.listener.evidence([self._near(r.statement) for r in readings])
        claims = self._quotations([r.statement for r in readings])
        computed = compare.compute(readings, self.question.text, intent.language)
        if computed is not None:
            claims.append(
                Claim(
                    text=computed.text,
                    statements=tuple(r.statement for r in readings),
                    computed=computed.expressions,
                    end=phrase.stop(intent.language, last=True),
                )
            )
        refusal = None
        if missing:
            detail = phrase.lacking(missing, intent.language)
            refusal = Refusal(reason=RefusalReason.NOT_IN_CORPUS if scope.missing else RefusalReason.NOT_STATED, detail=detail)
        answer = build_answer(
            claims,
            texts=self._texts_of([r.statement for r in readings]),
            language=intent.language,
            mode_used="extractive",
            refusal=refusal,
        )
        return replace(answer, text=f"{answer.text} {refusal.detail}".strip()) if refusal else answer

    def _readings(self, scope: Scope) -> tuple[list[compare.Reading], list[str]]:
        """One figure for each place (or for each year of one place), and the places that give none."""
        readings: list[compare.Reading] = []
        lacking: list[str] = []
        for name, reports, intent in self._sides(scope):
            verdict = weigh(self._look(reports, intent), intent)
            indicator = intent.indicators[0] if intent.indicators else None
            found = [(s, f) for s in verdict.good if (f := compare.read_value(s, intent, indicator)) is not None]
            if not found:
                lacking.append(name)
                continue
            statement, figure = found[0]
            label = name if name in {i.name for i in self.intent.indicators} else compare.label(
                statement, intent, by_year=len(self.intent.regions) == 1
            )
            readings.append(compare.Reading(label=label, statement=statement, figure=figure))
        return readings, lacking

    def _sides(self, scope: Scope) -> list[tuple[str, tuple[Report, ...], Intent]]:
        intent = self.intent if self.intent.wanted is not Wanted.NONE else replace(self.intent, wanted=Wanted.ANY)
        regions = intent.regions or tuple(dict.fromkeys(r.region for r in scope.reports if r.region))
        if len(regions) == 1 and len(intent.periods) >= 2:
            newest = max((r.year for r in scope.reports if r.year), default=0)
            return [
                (
                    str(period),
                    tuple(r for r in scope.reports if r.year in (period, period + 1)),
                    replace(intent, periods=(period,), stance=Stance.TARGET if period >= newest else Stance.RESULT),
                )
                for period in intent.periods
            ]
        if len(regions) == 1 and len(intent.indicators) >= 2:
            return [(i.name, scope.reports, replace(intent, indicators=(i,), indicator_words=())) for i in intent.indicators]
        return [
            (region, tuple(r for r in scope.reports if r.region == region), replace(intent, regions=(region,)))
            for region in regions
        ]

    # --- exhaustive counts ---

    def _count(self, scope: Scope) -> Answer:
        words = count.counted_words(self.intent)
        if words is None:
            return self._fact(scope)
        reports = list(scope.reports)
        sentences = self.parts.store.sentences([report.id for report in reports])
        found = count.tally(words, self.intent, reports, sentences)
        if not found.occurrences:
            detail = phrase.never_mentioned(words, self.intent.language)
            return self._refuse(RefusalReason.NOT_STATED, detail)
        self.evidence = tuple(Evidence(id=n, statement=s) for n, s in enumerate(found.first, 1))
        self.listener.evidence([self._near(s) for s in found.first])
        text, expressions = phrase.tally(found, self.intent.language)
        end = phrase.stop(self.intent.language, last=True)
        claim = Claim(text=text, statements=found.first, computed=expressions, end=end)
        return build_answer(
            [claim], texts=self._texts_of(found.first), language=self.intent.language, mode_used="extractive"
        )

    # --- refusals ---

    def _not_stated(self, scope: Scope, verdict: Verdict) -> Answer:
        intent = self.intent
        if scope.missing_year is not None:
            region = "、".join(intent.regions)
            detail = phrase.refused_year(region, scope.missing_year, self.reports, intent.language)
            return self._refuse(RefusalReason.NOT_IN_CORPUS, detail)
        names = list(dict.fromkeys(report.region or report.title for report in scope.reports))
        english = intent.language is Language.ENGLISH
        where = (", " if english else "、").join(names[:8])
        what = "、".join(i.name for i in intent.indicators)
        near = self._quotations([verdict.near])[0].text if verdict.near is not None else None
        detail = phrase.not_stated(where, what, near, intent.language)
        return self._refuse(RefusalReason.NOT_STATED, detail, near=verdict.near)

    def _refuse(self, reason: RefusalReason, detail: str, near: Statement | None = None) -> Answer:
        return Answer(
            status=Status.REFUSED,
            text=detail,
            language=self.intent.language,
            citations=() if near is None else (self._near(near),),
            refusal=Refusal(reason=reason, detail=detail),
            mode_used="extractive",
        )

    # --- small things ---

    def _near(self, statement: Statement) -> Citation:
        return cite(statement, self._texts_of([statement]))

    def _texts_of(self, statements: Sequence[Statement]) -> dict[str, str]:
        for statement in statements:
            source_id = statement.hit.report.source_id
            if source_id not in self.texts:
                self.texts[source_id] = self.parts.store.source_text(source_id).text
        return self.texts

    def _in_script(self, answer: Answer) -> Answer:
        """The answer in traditional characters when the question was. Offsets hold: the length is kept."""
        if answer.language is not Language.TRADITIONAL:
            return answer
        text = self.parts.traditionalise(answer.text)
        return replace(answer, text=text) if len(text) == len(answer.text) else answer

    def _took(self, stage: str, since: float) -> None:
        self.timings[stage] = round((time.perf_counter() - since) * 1000)
