/** Measures the built product from outside; open {@link dev.proa.bench.Main} first. */
@NullMarked
package dev.proa.bench;

import org.jspecify.annotations.NullMarked;
