"""Traces and metrics for a collector of OpenTelemetry (docs/decisions/0019-telemetry-beside-the-path.md).

Only `sending` is imported in every process; the other modules need the extra `telemetry`.
"""
