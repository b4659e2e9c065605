/** The supervisor module. */
@NullMarked
package dev.proa.supervisor;

import org.jspecify.annotations.NullMarked;
