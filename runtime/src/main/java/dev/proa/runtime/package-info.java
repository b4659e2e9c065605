/** The runtime module. */
@NullMarked
package dev.proa.runtime;

import org.jspecify.annotations.NullMarked;
