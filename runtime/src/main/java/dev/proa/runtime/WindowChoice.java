package dev.proa.runtime;

/** How the page is shown. */
public enum WindowChoice {
    /** An app window if there is a browser and a screen, else none. */
    AUTO,
    /** A browser's app window; a problem if there is none. */
    APP,
    /** A one-time address is printed. */
    NONE
}
