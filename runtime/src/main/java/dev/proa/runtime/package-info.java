/** One run of one app, put together; open {@link dev.proa.runtime.AppRun} first. */
@NullMarked
package dev.proa.runtime;

import org.jspecify.annotations.NullMarked;
