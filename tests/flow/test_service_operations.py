"""What an operator sees of the service: its log, its metrics, its traces, the ids of requests."""

from __future__ import annotations

import gzip
import io
import json
import logging
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from rag.assemble import open_keys, open_rag
from rag.domain import Role
from rag.library import Rag
from rag.settings import Secret, Settings
from service.logs import set_up_logs
from tests.flow.serving import Json, events, served
from tests.flow.slow_model import slow_model, slow_settings

TOYS = "安康2023年毛绒玩具综合产值是多少？"
"""A question that the model words."""
GROWTH = "2023年张家口的GDP增长多少？"
NOWHERE = "重庆2024年GDP目标是多少？"


@pytest.fixture(scope="module")
def rag(seeded_data: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    """The seeds without a chat model, of a data folder of their own."""
    data = shutil.copytree(seeded_data, tmp_path_factory.mktemp("operated") / "data")
    with open_rag(Settings(data=data, models=models_folder), chat=False) as rag:
        yield rag


@contextmanager
def logged(settings: Settings) -> Iterator[io.StringIO]:
    """What the log says, as `wenbao-serve` sets it up."""
    written = io.StringIO()
    root, ours = logging.getLogger(), logging.getLogger("wenbao")
    before = root.handlers[:], root.level, ours.level
    root.handlers = []
    set_up_logs(settings, to=written)
    try:
        yield written
    finally:
        root.handlers, level, ours_level = before
        root.setLevel(level)
        ours.setLevel(ours_level)


def lines(log: io.StringIO) -> list[Json]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def ask(client: httpx.Client, question: str, **headers: str) -> httpx.Response:
    return client.post("/v1/ask", json={"question": question, "mode": "extractive"}, headers=headers)


# --- the log ---


def test_one_line_a_request_and_one_an_answer(rag: Rag) -> None:
    with logged(replace(rag.settings, log_format="json")) as log, served(rag) as client:
        record = ask(client, NOWHERE, **{"X-Request-ID": "proxy-7"}).json()
        client.get("/v1/不在?q=1")
        client.get("/health/live")
        client.get("/metrics")
    answer, asked, unknown = lines(log)
    assert answer["request_id"] == asked["request_id"] == "proxy-7"
    assert (answer["event"], answer["logger"], answer["answer_id"]) == (
        "answer",
        "wenbao.answer",
        record["id"],
    )
    assert (answer["outcome"], answer["refusal"], answer["faults"]) == ("refused", "not_in_corpus", 0)
    assert answer["total_ms"] == record["timings_ms"]["total"]
    assert (asked["event"], asked["level"], asked["caller"]) == ("request", "info", "")
    assert (asked["method"], asked["path"], asked["status"]) == ("POST", "/v1/ask", 200)
    assert isinstance(asked["ms"], int)
    assert str(asked["timestamp"]).endswith("Z")
    assert (unknown["path"], unknown["status"]) == ("/v1/%E4%B8%8D%E5%9C%A8", 404)


def test_what_was_asked_is_logged_only_when_a_setting_says_so(rag: Rag) -> None:
    for wanted in (False, True):
        settings = replace(rag.settings, log_format="json", log_questions=wanted)
        with open_settings(rag, settings), logged(settings) as log, served(rag) as client:
            ask(client, GROWTH)
            client.post("/v1/ask", content=json.dumps({"question": GROWTH, "x": 1}))
        assert ("张家口" in log.getvalue()) is wanted
        assert ("%E5%BC%A0" in log.getvalue()) is False


def test_no_secret_is_logged(rag: Rag) -> None:
    settings = replace(rag.settings, log_format="json", chat_key=Secret("sk-of-the-model"))
    with closing(open_keys(settings)) as keys, logged(settings) as log, served(rag, keys=keys) as client:
        record, text = keys.create(role=Role.READER)
        client.get(f"/v1/reports/{text}", headers={"Authorization": f"Bearer {text}"})
        try:
            raise ValueError(f"a vendor says {text} and sk-of-the-model")
        except ValueError as error:
            logging.getLogger("wenbao").error("it says sk-of-the-model", exc_info=error)
    asked, failed = lines(log)
    assert asked["caller"] == record.id
    assert asked["path"] == "/v1/reports/wb_…"
    assert "wb_… and ***" in str(failed["exception"])
    assert text.rpartition("_")[2] not in log.getvalue()
    assert "sk-of-the-model" not in log.getvalue()


def test_the_log_to_read_shows_the_same(rag: Rag) -> None:
    with logged(rag.settings) as log, served(rag) as client:
        client.get("/v1/reports")
    (line,) = log.getvalue().splitlines()
    assert re.search(r"\[info *\] request .*method=GET .*path=/v1/reports status=200", line)
    assert "\x1b" not in line


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "a\\nb", "<script>"])
def test_only_a_sane_id_is_taken_over(rag: Rag, sent: str) -> None:
    with served(rag) as client:
        given = client.get("/health/live", headers={"X-Request-ID": sent}).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{32}", given)
        assert client.get("/none", headers={"X-Request-ID": "a.b-c_9"}).headers["x-request-id"] == "a.b-c_9"


@contextmanager
def open_settings(rag: Rag, settings: Settings) -> Iterator[None]:
    """The service reads the settings of the Rag that it serves."""
    before, rag.settings = rag.settings, settings
    try:
        yield
    finally:
        rag.settings = before


# --- metrics ---


def samples(client: httpx.Client) -> dict[str, float]:
    """`name{label=value,…}` → value, labels in the order of their names."""
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(response.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_metrics_count_what_happened(rag: Rag) -> None:
    with served(rag) as client:
        ask(client, GROWTH)
        ask(client, NOWHERE)
        client.get("/v1/reports/none")
        client.get("/nowhere/at/all")
        client.request("MKCOL", "/v1/ask")
        found = samples(client)
        again = samples(client)
    assert found["wenbao_requests_total{method=POST,route=/v1/ask,status=200}"] == 2
    assert found["wenbao_requests_total{method=GET,route=/v1/reports/{report_id},status=404}"] == 1
    assert found["wenbao_requests_total{method=GET,route=unmatched,status=404}"] == 1
    assert found["wenbao_requests_total{method=other,route=unmatched,status=405}"] == 1
    assert found["wenbao_request_seconds_count{route=/v1/ask}"] == 2
    assert found["wenbao_answers_total{mode=extractive,status=answered}"] == 1
    assert found["wenbao_answers_total{mode=extractive,status=refused}"] == 1
    assert found["wenbao_refusals_total{reason=not_in_corpus}"] == 1
    assert found["wenbao_stage_seconds_count{stage=understand}"] == 2
    assert found["wenbao_stage_seconds_count{stage=search}"] == 1
    assert found["wenbao_waiting{queue=written}"] == found["wenbao_running{queue=written}"] == 0
    assert found["wenbao_index_size{of=reports}"] == 8
    assert found["wenbao_index_size{of=sentences}"] > 500
    assert found["wenbao_index_size{of=passages}"] > 100
    assert found["wenbao_faults_total{}"] == 0
    assert found["process_resident_memory_bytes{}"] > 0
    assert again["wenbao_requests_total{method=GET,route=/metrics,status=200}"] == 1


def test_each_app_counts_for_itself(rag: Rag) -> None:
    with served(rag) as client:
        ask(client, GROWTH)
    with served(rag) as client:
        assert not [name for name in samples(client) if name.startswith("wenbao_requests_total")]


def test_faults_and_tokens_of_the_model_are_counted(data_copy: Path, models_folder: Path) -> None:
    with slow_model() as model:
        settings = slow_settings(data_copy, models_folder, model.url)
        model.let_go.set()
        with open_rag(settings) as rag, served(rag) as client:
            record = client.post("/v1/ask", json={"question": TOYS}).json()
            found = samples(client)
    assert record["mode_used"] == "extractive"  # “增长” proves nothing
    assert found["wenbao_drafts_failed_total{}"] == 1
    assert found["wenbao_faults_total{}"] >= 1
    assert found["wenbao_tokens_total{direction=read}"] > 200
    assert 0 < found["wenbao_tokens_total{direction=written}"] < 10
    assert found["wenbao_stage_seconds_count{stage=model}"] == 1


# --- readiness ---


def test_each_part_is_probed_by_name(data_copy: Path, models_folder: Path) -> None:
    with slow_model() as model:
        settings = slow_settings(data_copy, models_folder, model.url)
        with open_rag(settings) as rag, served(rag) as client:
            parts = wait_for(client, 200)
            assert set(parts) == {"store", "passages", "words", "embedder", "chat_model"}
            (data_copy / "wenbao.db").write_bytes(b"no database any more" * 1000)
            for log in data_copy.glob("wenbao.db-*"):
                log.unlink()
            broken = wait_for(client, 503)
            assert "damaged" in str(broken.pop("store")["problem"])
            assert all(part["ready"] for part in broken.values())

    gone = slow_settings(data_copy.parent / "other", models_folder, model.url)  # the server is away now
    with open_rag(gone, check=False) as rag, served(rag) as client:
        broken = wait_for(client, 503)
        assert "WENBAO_CHAT_URL" in str(broken["chat_model"]["problem"])


def wait_for(client: httpx.Client, status: int) -> dict[str, Json]:
    for _ in range(30):
        response = client.get("/health/ready")
        if response.status_code == status and "loading" not in response.text:
            break
    assert response.status_code == status, response.text
    parts: dict[str, Json] = response.json()["parts"]
    return parts


# --- traces ---


@contextmanager
def collector() -> Iterator[tuple[str, list[Span]]]:
    """A collector of traces on loopback: its URL and the spans that it was sent."""
    spans: list[Span] = []

    class Collect(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    spans.extend(scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collect)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", spans
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_traces_go_to_the_collector_with_the_stages(rag: Rag) -> None:
    trace_id, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with collector() as (url, spans):
        with open_settings(rag, replace(rag.settings, otel_endpoint=url)), served(rag) as client:
            ask(client, GROWTH, traceparent=f"00-{trace_id}-{parent}-01")
            body = {"question": GROWTH, "mode": "extractive", "stream": True}
            with client.stream("POST", "/v1/ask", json=body) as response:
                assert [event.name for event in events(response)][-1] == "answer"
        mine = [span for span in spans if span.trace_id.hex() == trace_id]
    by_name = {span.name: span for span in mine}
    assert set(by_name) == {"POST /v1/ask", "answer", "understand", "search"}
    request, answer = by_name["POST /v1/ask"], by_name["answer"]
    assert request.parent_span_id.hex() == parent
    assert answer.parent_span_id == request.span_id
    assert by_name["search"].parent_span_id == answer.span_id
    assert by_name["search"].start_time_unix_nano == by_name["understand"].end_time_unix_nano
    assert len(spans) == 2 * len(mine), "a streamed event is no span"
    assert "张家口" not in str(spans)
