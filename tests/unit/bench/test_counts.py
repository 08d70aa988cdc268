import json

from bench.counts import Counts, read_counts


def _log(*entries: tuple[str, str, dict[str, str]]) -> list[str]:
    return [
        json.dumps({"method": f"/pulumirpc.{method}", "progress": progress, "request": request})
        for method, progress, request in entries
    ]


def test_each_call_to_the_engine_counts_once() -> None:
    token = "aws:index/getCallerIdentity:getCallerIdentity"
    lines = _log(
        ("ResourceMonitor/RegisterResource", "request_started", {}),
        ("ResourceMonitor/RegisterResource", "response_completed", {}),
        ("ResourceMonitor/RegisterResource", "request_started", {}),
        ("ResourceMonitor/RegisterResourceOutputs", "request_started", {}),
        ("ResourceMonitor/Invoke", "request_started", {"tok": token}),
        ("ResourceMonitor/Invoke", "response_completed", {"tok": token}),
    )
    assert read_counts(lines) == Counts(2, 1, (token,))


def test_calls_between_the_engine_and_its_plugins_do_not_count() -> None:
    lines = _log(
        ("ResourceProvider/Invoke", "request_started", {"tok": "a:b:c"}),
        ("LanguageRuntime/Run", "request_started", {}),
    )
    assert read_counts(lines) == Counts(0, 0, ())
