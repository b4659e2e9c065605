/** The cli module. */
@NullMarked
package dev.proa.cli;

import org.jspecify.annotations.NullMarked;
