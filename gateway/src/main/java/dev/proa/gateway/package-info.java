/**
 * The one guarded origin of page and backends; open {@link dev.proa.gateway.EmbeddedBackend} first.
 */
@NullMarked
package dev.proa.gateway;

import org.jspecify.annotations.NullMarked;
