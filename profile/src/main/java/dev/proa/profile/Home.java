package dev.proa.profile;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** The user's home folder, for which {@code ~} stands at the start of a path. */
record Home(Path folder) {
    /** The value of an option: {@code --dbpath=~/db}. */
    private static final Pattern OPTION =
            Pattern.compile("(-{1,2}[A-Za-z0-9][A-Za-z0-9_.-]*=)(~.*)");

    Home {
        folder = folder.toAbsolutePath();
    }

    /** The text with a leading {@code ~} or {@code ~/} replaced. */
    String expand(String text) {
        return text.equals("~") || text.startsWith("~/") ? folder + text.substring(1) : text;
    }

    /** An item of a command as it is written in the manifest, before its names are replaced. */
    String expandItem(String raw) {
        var option = OPTION.matcher(raw);
        return option.matches() ? option.group(1) + inManifest(option.group(2)) : inManifest(raw);
    }

    /** A value of {@code env} as written: also after each colon, as POSIX 2.6.1 has it. */
    String expandAssigned(String raw) {
        return raw.contains(":~/")
                ? inManifest(raw).replace(":~/", ":" + Expanded.escape(folder + "/"))
                : inManifest(raw);
    }

    private String inManifest(String raw) {
        return raw.equals("~") || raw.startsWith("~/")
                ? Expanded.escape(folder.toString()) + raw.substring(1)
                : raw;
    }
}
