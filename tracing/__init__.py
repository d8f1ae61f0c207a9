"""What a request leaves behind for a collector of OpenTelemetry: spans, and the trace that they belong to.

If ZIN_OTLP_URL is set, runtime/telemetry activates a tracer before the process builds its services. If it is not,
nothing that traces is built, and nothing of it is on the path of a hop.
"""
