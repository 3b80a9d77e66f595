"""Measures sent to a statsd server and to an OpenTelemetry collector, and what is said where they cannot be."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import GitRepository
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

_MAINGATE = str(Path(sys.executable).with_name("maingate"))
_STATIC = """\
[tool.maingate.checks.tests]
enabled = false
[tool.maingate.checks.coverage]
enabled = false
[tool.maingate.conditions."src/*"]
"style.findings" = "== 0"
[tool.maingate.metrics]
"""


def _judged(
    repository: GitRepository, settings: str, *arguments: str, path: str = ""
) -> subprocess.CompletedProcess[str]:
    repository.write("pyproject.toml", _STATIC + settings)
    repository.write("src/a.py", '"""Numbers."""\n')
    environment = os.environ | ({"PYTHONPATH": path} if path else {})
    return subprocess.run(
        [_MAINGATE, *(arguments or ("run",))],
        cwd=repository.path,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


def test_statsd_server_gets_every_measure(repository: GitRepository) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        ended = _judged(repository, f'statsd = "127.0.0.1:{server.getsockname()[1]}"\nprefix = "quality"\n')
        assert ended.returncode == 0, ended
        received: dict[str, str] = {}
        while "quality.style.findings.new" not in received:
            rows = [line.partition(":")[::2] for line in server.recv(65536).decode("ascii").split("\n")]
            received |= dict(rows)
    assert received["quality.passed"] == "1.0|g"
    assert received["quality.docstrings.public"] == "100.0|g"
    assert received["quality.style.findings_in_src_"] == "0.0|g"
    assert "not sent" not in ended.stdout


class Collector(NamedTuple):
    """A collector that answers with one status, and what it was sent."""

    address: str
    bodies: list[bytes]


@pytest.fixture(params=[200])
def collector(request: pytest.FixtureRequest) -> Iterator[Collector]:
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            bodies.append(body)
            self.send_response(request.param)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Collector(f"http://127.0.0.1:{server.server_port}/v1/metrics", bodies)
        server.shutdown()
        thread.join()


def test_collector_gets_every_measure_with_its_unit(repository: GitRepository, collector: Collector) -> None:
    ended = _judged(repository, f'opentelemetry = "{collector.address}"\n')
    assert ended.returncode == 0, ended
    assert "not sent" not in ended.stdout
    request = ExportMetricsServiceRequest.FromString(collector.bodies[0])
    (resource,) = request.resource_metrics
    metrics = {metric.name: metric for scope in resource.scope_metrics for metric in scope.metrics}
    shared = metrics["maingate.docstrings.public"]
    assert (shared.unit, shared.gauge.data_points[0].as_double) == ("%", 100.0)
    assert metrics["maingate.passed"].gauge.data_points[0].as_double == 1.0
    attributes = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
    assert attributes["service.name"] == "maingate"
    assert len(attributes["vcs.tree"]) == 40


@pytest.mark.parametrize("collector", [400], indirect=True)
def test_refusal_is_a_note_and_the_verdict_stands(repository: GitRepository, collector: Collector) -> None:
    ended = _judged(repository, f'opentelemetry = "{collector.address}"\n')
    assert ended.returncode == 0, ended
    assert "metrics were not sent to OpenTelemetry" in " ".join(ended.stdout.split())
    assert ended.stdout.splitlines()[-1].startswith("maingate: passed")
    assert ended.stderr == ""


def test_server_that_is_not_there_is_a_note_in_every_format(repository: GitRepository) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = (
            f'opentelemetry = "http://127.0.0.1:{taken.getsockname()[1]}/"\nstatsd = "nowhere.invalid:1"\ntimeout = 1\n'
        )
        ended = _judged(repository, settings, "run", "--format", "json")
        assert ended.returncode == 0, ended
        first, second = json.loads(ended.stdout)["notes"]
        assert first.startswith("metrics were not sent to statsd at nowhere.invalid:1: ")
        assert second.startswith("metrics were not sent to OpenTelemetry at http://127.0.0.1")
        assert "not sent to statsd" in _judged(repository, settings, "run", "--format", "concise", "--fresh").stdout


def test_missing_library_is_named_with_the_extra(repository: GitRepository, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "statsd.py").write_text("raise ImportError(name='statsd')\n")
    ended = _judged(repository, 'statsd = "localhost:8125"\n', path=str(hidden))
    assert ended.returncode == 0, ended
    assert "statsd is missing; pip install 'maingate[metrics]'" in " ".join(ended.stdout.split())


def test_hooks_send_only_where_that_is_wanted(repository: GitRepository) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        place = f'statsd = "127.0.0.1:{server.getsockname()[1]}"\n'
        assert place.strip() in _judged(repository, place, "config", "show").stdout
        repository.git("add", "-A")
        ended = _judged(repository, place, "hook", "pre-commit")
        assert "passed" in ended.stdout, ended
        wanted = place + 'stages = ["pre-push"]\nprefix = "second"\n'
        _judged(repository, wanted)
        assert server.recv(65536).startswith(b"second.")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('statsd = "localhost"\n', "is not a host and a port"),
        ('opentelemetry = "localhost:4318"\n', "is not an address"),
        ('stasd = "localhost:1"\n', "did you mean 'statsd'?"),
    ],
)
def test_wrong_place_is_an_error_with_its_line(repository: GitRepository, settings: str, said: str) -> None:
    ended = _judged(repository, settings)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "pyproject.toml:8:" in ended.stderr
