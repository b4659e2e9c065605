/** The command line; open {@link dev.proa.cli.Main} first. */
@NullMarked
package dev.proa.cli;

import org.jspecify.annotations.NullMarked;
