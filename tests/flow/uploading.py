"""Uploads over HTTP, and what comes of them."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence

import docx
import httpx

from tests.flow.serving import Json

PROVINCES = [
    *("北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "上海市"),
    *("江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省"),
    *("广西壮族自治区", "海南省", "重庆市", "四川省", "贵州省", "云南省", "西藏自治区", "陕西省", "甘肃省"),
    *("青海省", "宁夏回族自治区", "新疆维吾尔自治区"),
]
PATIENCE = 120.0

Upload = tuple[str, bytes]


def report_text(place: str, year: int, number: int) -> list[str]:
    """A short report whose figures no other number has."""
    return [
        f"{place}政府工作报告",
        f"——{year}年1月20日在{place}人民代表大会会议上",
        "各位代表：",
        f"一、{year - 1}年工作回顾",
        f"{year - 1}年，全{place[-1]}地区生产总值增长{number}.3%。粮食产量达到{number + 100}.5万吨。",
        f"新建改建农村公路{number * 10 + 7}公里，城镇新增就业{number + 20}.6万人。",
        f"二、{year}年工作安排",
        f"今年的主要预期目标是：地区生产总值增长{number + 1}.8%左右。",
    ]


def as_docx(lines: Sequence[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_text(lines: Sequence[str]) -> bytes:
    return "\n".join(lines).encode()


def post(client: httpx.Client, *files: Upload, **fields: str) -> httpx.Response:
    return client.post("/v1/sources", files=[("files", file) for file in files], data=fields)


def upload(client: httpx.Client, *files: Upload, **fields: str) -> Json:
    """The job when it has ended."""
    response = post(client, *files, **fields)
    assert response.status_code == 202, response.text
    assert response.headers["location"] == f"/v1/jobs/{response.json()['job_id']}"
    return ended(client, response.json()["job_id"])


def ended(client: httpx.Client, job_id: str) -> Json:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        job: Json = client.get(f"/v1/jobs/{job_id}").json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"job {job_id} does not end: {job}")


def files_of(job: Json) -> list[Json]:
    found = job["files"]
    assert isinstance(found, list)
    return found


def statuses(job: Json) -> list[tuple[object, object]]:
    return [(file["name"], file["status"]) for file in files_of(job)]
