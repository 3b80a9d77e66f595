"""The measures of a verdict sent to statsd or OpenTelemetry, where configured; what goes wrong is a note.

The client libraries are optional and imported only here: `pip install 'maingate[metrics]'`.
"""

import re
from collections.abc import Iterator

from maingate.config import Metrics
from maingate.history import Record

_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")


def send(settings: Metrics, record: Record) -> tuple[str, ...]:
    """Send a record's measures to every place that is configured for its stage.

    Returns:
        A note for each place that they could not be sent to; none where all went well.
    """
    if record.stage not in {"", *settings.stages}:
        return ()
    notes = []
    for name, place, act in (("statsd", settings.statsd, _statsd), ("OpenTelemetry", settings.opentelemetry, _otlp)):
        if place:
            try:
                act(settings, place, record)
            except ImportError as error:
                missing = (error.name or "a library").partition(".")[0]
                notes.append(f"metrics were not sent to {name}: {missing} is missing; pip install 'maingate[metrics]'")
            except Exception as error:  # noqa: BLE001 -- whatever a client library raises, the verdict is as it is
                reason = " ".join(str(error).split()) or type(error).__name__
                notes.append(f"metrics were not sent to {name} at {place}: {reason}")
    return tuple(notes)


def values(record: Record) -> Iterator[tuple[str, float]]:
    """Name and value of each measure, a share in percent, and `passed`: 1, or 0 for failed and unknown."""
    yield "passed", float(record.state == "passed")
    for name, amount in sorted(record.measures.items()):
        if amount.whole is None:
            yield name, float(amount.part)
        elif amount.whole:
            yield name, 100 * amount.part / amount.whole


def _statsd(settings: Metrics, place: str, record: Record) -> None:
    import statsd

    host, _, port = place.rpartition(":")
    client = statsd.StatsClient(host.strip("[]"), int(port), prefix=settings.prefix, ipv6=host.startswith("["))
    try:
        with client.pipeline() as pipeline:
            for name, value in values(record):
                pipeline.gauge(_UNFIT.sub("_", name), value)
    finally:
        client.close()


def _otlp(settings: Metrics, place: str, record: Record) -> None:
    import logging

    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricExportResult
    from opentelemetry.sdk.resources import Resource

    # It writes to standard error by itself.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
    reader = InMemoryMetricReader()
    resource = Resource({"service.name": settings.prefix, "vcs.tree": record.tree, "maingate.stage": record.stage})
    provider = MeterProvider([reader], resource, shutdown_on_exit=False)
    meter = provider.get_meter("maingate")
    for name, value in values(record):
        unit = "%" if name in record.measures and record.measures[name].whole is not None else "1"
        meter.create_gauge(_otlp_name(settings.prefix, name), unit).set(value)
    data = reader.get_metrics_data()
    exporter = OTLPMetricExporter(endpoint=place, timeout=settings.timeout)
    try:
        answered = exporter.export(data, timeout_millis=settings.timeout * 1000) if data is not None else None
    finally:
        exporter.shutdown()
        provider.shutdown()
    if answered is not MetricExportResult.SUCCESS:
        raise OSError("it did not take them")


def _otlp_name(*parts: str) -> str:
    """A name as OpenTelemetry takes it: letters, digits and `_.-/`, 255 at most (specification, "Instrument name")."""
    return _UNFIT.sub("_", ".".join(parts))[:255]
