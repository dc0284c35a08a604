"""What can be measured, in the text format that Prometheus reads (exposition format 0.0.4)."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from daemon.supervise import Condition, Health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that is measured, with a value for each set of labels."""

    name: str
    """With the unit in it, and ``_total`` at the end of a counter: ``hearth_mqtt_received_total``."""
    help: str
    kind: Literal["counter", "gauge"]
    samples: Sequence[tuple[Mapping[str, str], float]]

    @classmethod
    def of(cls, name: str, help: str, value: float, kind: Literal["counter", "gauge"] = "gauge") -> "Metric":
        """Return a metric that has one value."""
        return cls(name, help, kind, [({}, value)])


def exposition(metrics: Iterable[Metric]) -> str:
    """Return metrics as Prometheus reads them."""
    return "".join(f"{line}\n" for metric in metrics for line in _lines(metric))


def of_parts(rows: Sequence[Health]) -> Metric:
    """Return how each part is: 1 for the condition it is in, 0 for the others."""
    samples = [
        ({"part": row.part, "condition": condition.value}, float(row.condition is condition))
        for row in rows
        for condition in Condition
    ]
    return Metric("hearth_part_condition", "How each part of the daemon is.", "gauge", samples)


def of_process() -> Sequence[Metric]:
    """Return what this process uses, under the names that every Prometheus client uses."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    used = os.times()
    return (
        Metric.of(
            "process_resident_memory_bytes", "Resident memory size in bytes.", float(pages * os.sysconf("SC_PAGESIZE"))
        ),
        Metric.of(
            "process_cpu_seconds_total", "Total user and system CPU time spent.", used.user + used.system, "counter"
        ),
        Metric.of(
            "process_open_fds",
            "Number of open file descriptors.",
            float(sum(1 for _ in Path("/proc/self/fd").iterdir())),
        ),
        Metric.of("hearth_uptime_seconds", "How long this process has run.", _uptime_s()),
    )


def _uptime_s() -> float:
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {_escaped(metric.help)}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for labels, value in metric.samples:
        quoted = (f'{key}="{_escaped(text, quotes=True)}"' for key, text in labels.items())
        inside = ",".join(quoted)
        yield f"{metric.name}{{{inside}}} {value:.15g}" if inside else f"{metric.name} {value:.15g}"


def _escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quotes else text
