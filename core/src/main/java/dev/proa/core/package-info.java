/** Shared vocabulary of all modules; open {@link dev.proa.core.Problem} first. */
@NullMarked
package dev.proa.core;

import org.jspecify.annotations.NullMarked;
