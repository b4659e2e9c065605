package dev.proa.gateway;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Where one line is kept for each request.
 *
 * @param file owner-only; grown to 16 MiB it becomes {@code FILE.1}, of which four are kept
 * @param redaction takes secrets out of a path or a request id; queries are never written at all
 */
public record AccessLogSpec(Path file, UnaryOperator<String> redaction) {}
