package dev.proa.gateway;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One file of the page.
 *
 * @param type the value of {@code Content-Type}
 * @param modified in whole seconds, never later than the moment it was listed
 * @param lasting whether its name changes with its content
 * @param forms as it is, and as it was compressed beforehand
 */
record PageFile(String type, Instant modified, boolean lasting, Map<Coding, PageForm> forms) {
    PageFile {
        forms = Map.copyOf(forms);
        if (!forms.containsKey(Coding.IDENTITY)) {
            throw new IllegalArgumentException("a file can be sent as it is, had only " + forms);
        }
    }

    boolean document() {
        return PageTypes.document(type);
    }

    /** Whether it may be sent in more than one form. */
    boolean negotiable() {
        return forms.size() > 1 || PageTypes.compressible(type);
    }

    PageForm plain() {
        return form(Coding.IDENTITY).orElseThrow();
    }

    /** The form of this coding, if there is one without work. */
    Optional<PageForm> form(Coding coding) {
        return Optional.ofNullable(forms.get(coding));
    }
}
