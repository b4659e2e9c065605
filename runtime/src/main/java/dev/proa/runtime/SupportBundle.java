package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.core.Secret;
import dev.proa.profile.Plan;
import dev.proa.profile.Profile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody needs who is to find out why an app does not run, as a ZIP file without secrets:
 * made by the running instance, or from what lies on the disk when nothing runs. Used once.
 */
public final class SupportBundle {
    private static final long MOST_LOG = 2L * 1024 * 1024;
    private static final long MOST_JOURNAL = 4L * 1024 * 1024;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path dataFolder;
    private final Redaction redaction;
    private final Map<String, byte[]> texts = new LinkedHashMap<>();
    private final List<String> left = new ArrayList<>();

    /** One of the files in this data folder; {@code redaction} knows the run's secrets. */
    SupportBundle(Path dataFolder, Redaction redaction) {
        this.dataFolder = dataFolder;
        this.redaction = redaction;
    }

    /**
     * One for a data folder in which nothing runs.
     *
     * @param profile of the app, if it is known and right
     */
    public static SupportBundle offline(
            Path dataFolder, Optional<Profile> profile, Map<String, String> environment)
            throws IOException {
        var redaction = new Redaction();
        InstanceFile.read(dataFolder).ifPresent(file -> redaction.know(file.token()));
        profile.map(known -> SecretValues.of(known, environment))
                .orElseGet(() -> SecretValues.of(environment))
                .forEach((Secret value) -> redaction.know(value));
        var bundle = new SupportBundle(dataFolder, redaction);
        profile.ifPresent(bundle::app);
        bundle.left.add("status.json and runtime-info.json: nothing runs in this data folder");
        if (profile.isEmpty()) {
            bundle.left.add("manifest and plan: name the app's folder, DIR, to have them");
        }
        return bundle.environment(environment);
    }

    /** A name that no other bundle has: {@code proa-support-ID-20261120-091244.zip}, in UTC. */
    public static String fileName(String appId, Instant now) {
        return "proa-support-" + appId + "-" + TIME.format(now) + ".zip";
    }

    /** What the running instance says of itself. */
    SupportBundle running(ObjectNode status, ObjectNode info) {
        json("status.json", status);
        json("runtime-info.json", info);
        json("problems.json", status.path("problems"));
        return this;
    }

    /** The app's manifest, profile and plan. */
    SupportBundle app(Profile profile) {
        json("plan.json", JSON.readTree(Plan.of(profile).toJson()));
        var manifest = profile.folder().resolve("proa.yaml");
        lines("proa.yaml", manifest);
        SecretValues.profileFile(profile).findFirst().ifPresent(this::profileFile);
        return this;
    }

    /** The names of all variables, and the values of those that say nothing of a person. */
    SupportBundle environment(Map<String, String> environment) {
        var text = new StringBuilder();
        new TreeMap<>(environment)
                .forEach((name, value) -> {
                    boolean shown =
                            name.matches(
                                    "LANG|LC_\\w+|PATH|SHELL|TERM|XDG_\\w+|(WAYLAND_)?DISPLAY|PROA_\\w+");
                    text.append(name)
                            .append(
                                    shown && !Redaction.secretName(name)
                                            ? "=" + redaction.of(value)
                                            : "")
                            .append('\n');
                });
        text("environment.txt", text.toString());
        return this;
    }

    /** Which Proa on which system. */
    public SupportBundle versions(String proa) {
        var versions = JsonNodeFactory.instance.objectNode().put("proa", proa);
        for (var name :
                List.of("java.version", "java.vendor", "os.name", "os.version", "os.arch")) {
            versions.put(name.replace('.', '_'), System.getProperty(name, ""));
        }
        json(
                "versions.json",
                versions.put("processors", Runtime.getRuntime().availableProcessors()));
        return this;
    }

    private void profileFile(Path file) {
        try {
            var tree = JSON.readTree(Files.readAllBytes(file));
            json("runtime-profile.json", tree);
        } catch (IOException | RuntimeException e) {
            left.add("runtime-profile.json: it cannot be read");
        }
    }

    private void lines(String name, Path file) {
        try {
            var redacted = new RedactedText(redaction);
            var text = new StringBuilder();
            Files.readString(file)
                    .lines()
                    .forEach(line -> text.append(redacted.yaml(line)).append('\n'));
            text(name, text.toString());
        } catch (IOException e) {
            left.add(name + ": it cannot be read");
        }
    }

    private void json(String name, JsonNode value) {
        text(name, redacted("", value).toPrettyString() + "\n");
    }

    private void text(String name, String text) {
        texts.put(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** By key, whatever lies below it, and each text by shape and value. */
    private JsonNode redacted(String key, JsonNode value) {
        var make = JsonNodeFactory.instance;
        if (value.isObject()) {
            var copy = make.objectNode();
            value.properties()
                    .forEach(member -> {
                        var name = redaction.of(member.getKey());
                        boolean hidden = Redaction.secretName(lastName(name));
                        copy.set(
                                name,
                                hidden
                                                && !(member.getValue().isContainer()
                                                        && member.getValue().isEmpty())
                                        ? make.stringNode("***")
                                        : redacted(name, member.getValue()));
                    });
            return copy;
        }
        if (value.isArray()) {
            var copy = make.arrayNode();
            var text = new RedactedText(redaction);
            value.forEach(item ->
                    copy.add(
                            item.isString()
                                    ? make.stringNode(text.line(item.asString()))
                                    : redacted(key, item)));
            return copy;
        }
        return value.isString() ? make.stringNode(redaction.of(value.asString())) : value;
    }

    /** {@code /sidecars/api/env/API_KEY} is judged by its last name. */
    private static String lastName(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /**
     * Writes it. What changes while it is written is taken as it is found.
     *
     * @throws IOException if {@code out} fails; a file that cannot be read is only left out
     */
    public void write(OutputStream out) throws IOException {
        try (var zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
            for (var text : texts.entrySet()) {
                zip.putNextEntry(new ZipEntry(text.getKey()));
                zip.write(text.getValue());
            }
            for (int i = 3; i > 0; i--) {
                tail(
                        zip,
                        "journal.jsonl." + i,
                        dataFolder.resolve("runtime/journal.jsonl." + i),
                        MOST_JOURNAL);
            }
            tail(zip, "journal.jsonl", dataFolder.resolve("runtime/journal.jsonl"), MOST_JOURNAL);
            for (var log : LogReader.in(dataFolder)) {
                var file = "logs/" + log + ".log";
                tail(zip, file, dataFolder.resolve(file), MOST_LOG);
            }
            zip.putNextEntry(new ZipEntry("README.txt"));
            zip.write(readme().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void tail(ZipOutputStream zip, String name, Path file, long most) throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        byte[] bytes;
        try (var in = Files.newByteChannel(file)) {
            long from = Math.max(0, in.size() - most);
            if (from > 0) {
                left.add("%s: all but its last %d bytes of %d".formatted(name, most, in.size()));
            }
            in.position(from);
            bytes = Channels.newInputStream(in).readNBytes((int) most);
        } catch (IOException e) {
            left.add(name + ": it cannot be read");
            return;
        }
        zip.putNextEntry(new ZipEntry(name));
        var redacted = new RedactedText(redaction);
        int start =
                bytes.length == most
                        ? lineEnd(bytes, 0)
                        : 0; // half a line could hide a secret's name
        while (start < bytes.length) {
            int end = lineEnd(bytes, start);
            int length = end > start && bytes[end - 1] == '\n' ? end - 1 : end;
            var line = Arrays.copyOfRange(bytes, start, length);
            // Redacted before it is cut: half a secret is not recognised as one.
            var shown = redacted.line(LogText.plain(line, line.length));
            zip.write((LogText.cut(shown, line.length) + "\n").getBytes(StandardCharsets.UTF_8));
            start = end;
        }
    }

    private static int lineEnd(byte[] bytes, int from) {
        int end = from;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return Math.min(bytes.length, end + 1);
    }

    private String readme() {
        return """
        A support bundle of Proa: what somebody needs who is to find out why an app does not run.

        versions.json        Proa, Java, system
        status.json          the sidecars and their states, last exits and last lines; the tier of the guards
        runtime-info.json    ports, times, and which layer each value came from
        problems.json        what a person has to mend
        plan.json            what a run starts
        proa.yaml            the app's manifest
        runtime-profile.json the profile of this installation
        environment.txt      names of variables, values only of harmless ones
        journal.jsonl        what the runtime did, one JSON object a line; .1 to .3 are older
        logs/*.log           what the sidecars wrote, without control characters

        Secrets are taken out: by the name before them, by their shape, and by value where a value is known to be secret, also in its
        base64, hexadecimal and URL form. A secret without a telling name or shape stays, so look through the logs before you send this on.

        Left out: the app's own data, tokens, rotated logs, values of other variables, the window's profile.
        """
                + String.join("\n", left.stream().map(each -> "Left out: " + each + ".").toList())
                + "\n";
    }
}
