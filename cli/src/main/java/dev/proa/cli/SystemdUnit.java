package dev.proa.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text of a systemd user unit that runs one app (systemd.service(5), systemd.kill(5)).
 *
 * @param words the command: an absolute program and its arguments
 * @param environment what the command needs beside what systemd gives it
 * @param stop how long the app's own orderly stop may take
 * @param window whether it opens a window, and so belongs to the graphical session
 */
record SystemdUnit(
        String appId,
        String appName,
        Path folder,
        List<String> words,
        SortedMap<String, String> environment,
        Duration stop,
        boolean window) {
    /** Beyond the app's own deadline: what is left is killed then. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    SystemdUnit {
        words = List.copyOf(words);
        environment = new TreeMap<>(environment);
        var texts = Stream.concat(words.stream(), environment.values().stream());
        if (texts.anyMatch(text -> text.chars().anyMatch(c -> c == 0 || c == '\n' || c == '\r'))) {
            throw new IllegalArgumentException("a line break cannot be part of a unit");
        }
    }

    /** What the file is usually called. */
    String name() {
        return "proa-" + appId + ".service";
    }

    /** The file's content. */
    String text() {
        var target = window ? "graphical-session.target" : "default.target";
        return """
        # Installed by:
        #   proa run %s --print-unit > ~/.config/systemd/user/%s
        #   systemctl --user daemon-reload
        #   systemctl --user enable --now %s
        [Unit]
        Description=%s
        %s
        [Service]
        Type=exec
        ExecStart=%s
        %sStandardOutput=null
        StandardError=journal
        Restart=on-failure
        RestartSec=5
        RestartPreventExitStatus=64 65 73 78
        KillMode=mixed
        TimeoutStopSec=%d
        Delegate=yes

        [Install]
        WantedBy=%s
        """
                .formatted(
                        comment(folder.toString()),
                        name(),
                        name(),
                        specifiers(appName).replace('\n', ' '),
                        window ? "PartOf=" + target + "\nAfter=" + target + "\n" : "",
                        words.stream().map(SystemdUnit::word).collect(Collectors.joining(" ")),
                        environment.entrySet().stream()
                                .map(each ->
                                        "Environment="
                                                + assignment(each.getKey() + "=" + each.getValue())
                                                + "\n")
                                .collect(Collectors.joining()),
                        stop.plus(MARGIN).toSeconds(),
                        target);
    }

    /** A shell's word, in a comment that people copy from. */
    private static String comment(String path) {
        return path.matches("[A-Za-z0-9_@%+=:,./-]+")
                ? path
                : "'" + path.replace("'", "'\\''") + "'";
    }

    /** One word of a command line: quoted, without specifiers and variables. */
    static String word(String text) {
        return assignment(text).replace("$", "$$");
    }

    /** A quoted value, without specifiers; a dollar sign has no meaning in Environment=. */
    private static String assignment(String text) {
        var escaped = specifiers(text.replace("\\", "\\\\").replace("\"", "\\\""));
        return "\"" + escaped.replace("\t", "\\t") + "\"";
    }

    private static String specifiers(String text) {
        return text.replace("%", "%%");
    }
}
