/** What the user starts; open {@link dev.proa.profile.Profile} first. */
@NullMarked
package dev.proa.profile;

import org.jspecify.annotations.NullMarked;
