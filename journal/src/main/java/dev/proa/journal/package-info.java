/** The runtime's own record; open {@link dev.proa.journal.RuntimeEvent} first. */
@NullMarked
package dev.proa.journal;

import org.jspecify.annotations.NullMarked;
