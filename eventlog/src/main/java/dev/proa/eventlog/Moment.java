package dev.proa.eventlog;

import java.time.ZoneId;
import java.util.OptionalLong;

/**
 * A time that a parameter names, if it does.
 *
 * @param millis since 1970; empty if it names none
 */
record Moment(boolean valid, OptionalLong millis) {
    static Moment of(Parameters parameters, String name) {
        var text = parameters.filled(name);
        var millis =
                text.isPresent()
                        ? JsDate.parse(text.get(), ZoneId.of("UTC"))
                        : OptionalLong.empty();
        return new Moment(text.isEmpty() || millis.isPresent(), millis);
    }

    static Reply isNone(String name) {
        return Reply.error(400, name + " must be an ISO timestamp");
    }
}
