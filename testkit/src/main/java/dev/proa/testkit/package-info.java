/** What tests share; open {@link dev.proa.testkit.Await} first. */
@NullMarked
package dev.proa.testkit;

import org.jspecify.annotations.NullMarked;
