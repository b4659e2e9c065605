package dev.proa.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One of the faults of {@code docs/faults.md}, or of the attacks of {@code docs/attacks.md}, while
 * a test tries it: how often it is to be tried, what was seen, and the evidence. The long form
 * ({@code ./check --long}) tries more often and writes {@code bench/results/faults/NN-NAME.json} or
 * {@code bench/results/attacks/NN-NAME.json}; the short form writes nothing.
 */
public final class Fault {
    private static final boolean LONG = Boolean.getBoolean("proa.long");
    private static final int NAME_LENGTH = 60;

    private final String kind;
    private final int number;
    private final String title;
    private final Map<String, String> figures = new LinkedHashMap<>(); // as JSON texts
    private int trials;
    private int failures;

    private Fault(String kind, int number, String title) {
        this.kind = kind;
        this.number = number;
        this.title = title;
    }

    /**
     * Begins one.
     *
     * @param number that of {@code docs/faults.md}, 1 or more
     * @param title what is done and what has to hold, in a few words; one file per number and title
     */
    public static Fault number(int number, String title) {
        return new Fault("fault", number, title);
    }

    /**
     * Begins an attack.
     *
     * @param number that of {@code docs/attacks.md}, 1 or more
     * @param title as with {@link #number}
     */
    public static Fault attack(int number, String title) {
        return new Fault("attack", number, title);
    }

    /** How often it is tried in the form that runs. */
    public int trials(int shortForm, int longForm) {
        return LONG ? longForm : shortForm;
    }

    /** Whether the long form runs. */
    public static boolean isLong() {
        return LONG;
    }

    /** Counts one trial. */
    public synchronized void tried(boolean held) {
        trials++;
        if (!held) {
            failures++;
        }
    }

    /** What one trial does; it throws if the fault was not borne. */
    @FunctionalInterface
    public interface Trial {
        void run() throws Exception;
    }

    /**
     * Does one trial and counts it.
     *
     * @throws AssertionError or another exception, as the trial threw it
     */
    public void hold(Trial trial) throws Exception {
        boolean held = false;
        try {
            trial.run();
            held = true;
        } finally {
            tried(held);
        }
    }

    /** Notes a number that was measured. */
    public synchronized Fault figure(String name, double value) {
        figures.put(name, number(value));
        return this;
    }

    /** Notes the spread of what was measured, in milliseconds. */
    public synchronized Fault figures(String name, List<Duration> samples) {
        if (samples.isEmpty()) {
            return this;
        }
        var sorted = new ArrayList<Double>();
        samples.forEach(sample -> sorted.add(sample.toNanos() / 1e6));
        sorted.sort(null);
        figures.put(
                name,
                "{\"p50\": %s, \"p99\": %s, \"max\": %s, \"samples\": %d}"
                        .formatted(
                                number(at(sorted, 0.5)),
                                number(at(sorted, 0.99)),
                                number(sorted.getLast()),
                                sorted.size()));
        return this;
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    /**
     * Writes the evidence, if the long form runs, and then fails if a trial did.
     *
     * @throws AssertionError if a trial failed or there was none
     */
    public synchronized void conclude() {
        if (LONG) {
            write();
        }
        if (trials == 0 || failures > 0) {
            throw new AssertionError(
                    "%s %d (%s): %d of %d trials failed"
                            .formatted(kind, number, title, failures, trials));
        }
    }

    private void write() {
        var text =
                new StringBuilder(
                                "{\n  \"test\": %d,\n  \"title\": %s,\n"
                                        .formatted(number, quoted(title)))
                        .append(
                                "  \"trials\": %d,\n  \"failures\": %d"
                                        .formatted(trials, failures));
        figures.forEach((name, json) -> text.append(",\n  %s: %s".formatted(quoted(name), json)));
        text.append(
                ",\n  \"at\": \"%s\",\n  \"machine\": %s\n}\n"
                        .formatted(
                                Instant.now().truncatedTo(ChronoUnit.SECONDS), quoted(machine())));
        var folder = Path.of(System.getProperty("proa.checkout"), "bench/results", kind + "s");
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("%02d-%s.json".formatted(number, name())), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String name() {
        var words = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        var name = words.substring(0, Math.min(words.length(), NAME_LENGTH));
        return name.replaceAll("^-|-$", "");
    }

    private static String machine() {
        return "%s %s, %d processors"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.getRuntime().availableProcessors());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
