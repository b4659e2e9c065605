/** The eventlog module. */
@NullMarked
package dev.proa.eventlog;

import org.jspecify.annotations.NullMarked;
