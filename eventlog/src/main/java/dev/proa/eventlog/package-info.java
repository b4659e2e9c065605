/**
 * What the app's sessions did: ingest, durable log, session life cycle, statistics; open {@link
 * dev.proa.eventlog.EventLog} first.
 */
@NullMarked
package dev.proa.eventlog;

import org.jspecify.annotations.NullMarked;
