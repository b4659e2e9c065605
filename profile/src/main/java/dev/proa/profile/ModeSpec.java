package dev.proa.profile;

/**
 * One way in which the app can run.
 *
 * @param id its name in the manifest
 * @param chosenByDefault whether it is taken when nobody asks for a mode; true for exactly one
 */
public record ModeSpec(String id, boolean chosenByDefault) {
    /** The only mode of a manifest that names none. */
    public static final String LOCAL_FULLSTACK = "local_fullstack";
}
