/**
 * Keeps sidecars alive within their restart budget and leaves no process behind; open {@link
 * dev.proa.supervisor.Supervisor} first.
 */
@NullMarked
package dev.proa.supervisor;

import org.jspecify.annotations.NullMarked;
