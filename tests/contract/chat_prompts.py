"""Prompts for the tests of `ChatModel`, small enough for a slow machine."""

from __future__ import annotations

from collections.abc import Callable

from rag.domain import Prompt
from rag.ports import ChatModel

ONE_ID = 'root ::= "[" ("1" | "2") "]"'
SYSTEM = "你是政府工作报告的问答助手。只根据资料回答，句末标出所依据资料的编号，如[1]。"


def make_prompt(question: str) -> Prompt:
    evidence = "资料：\n[1] 全市地区生产总值增长5.1%\n[2] 固定资产投资增长4%\n"
    return Prompt(system=SYSTEM, user=f"{evidence}问题：{question}\n回答：", ids=(1, 2), version="test")


GDP = make_prompt("GDP增长多少？")
INVESTMENT = make_prompt("固定资产投资增长多少？")


def write_whole(
    chat: ChatModel,
    prompt: Prompt = GDP,
    *,
    grammar: str = ONE_ID,
    tokens: int = 40,
    seconds: float = 60.0,
    wanted: Callable[[], bool] = lambda: True,
) -> str:
    return "".join(chat.write(prompt, grammar=grammar, max_tokens=tokens, seconds=seconds, wanted=wanted))
