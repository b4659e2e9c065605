package dev.proa.profile;

import dev.proa.core.Secret;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads the entries of {@code modes}. */
final class ModeReader {
    static final Keys MODE = Keys.of("a mode", "default", "backend");
    static final Keys REMOTE =
            Keys.of("backend", "url", "probe", "every", "timeout", "failures", "token", "ca");
    private static final URI NONE = URI.create("");
    private static final String PROBE = "/health/ready";
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofHours(1);

    private final Reading reading;
    private final Path folder;

    /** Reads with {@code reading}; a lenient one only looks for what is wrong in itself. */
    ModeReader(Reading reading, Path folder) {
        this.reading = reading;
        this.folder = folder;
    }

    /** The backend of a mode, if it has one. */
    Optional<RemoteSpec> read(Node mode) {
        var section = Section.of(reading, mode, MODE);
        section.read("default", false, this::literal);
        return section.node("backend").flatMap(this::remote);
    }

    /** It decides what names stand for, so no name can stand in it. */
    private Optional<Boolean> literal(Node node) {
        if (node instanceof Scalar s && s.kind() == Kind.BOOLEAN) {
            return reading.flag(node);
        }
        reading.wrong(node, "true or false", "Write true or false");
        return Optional.empty();
    }

    private Optional<RemoteSpec> remote(Node node) {
        if (!(node instanceof Mapping)) {
            // The short form is the address alone.
            return url(node).map(url -> remote(url, Section.absent(reading, node.where(), REMOTE)));
        }
        var section = Section.of(reading, node, REMOTE);
        var url = section.require("url", NONE, "url: \"${profile.backend_url}\"", this::url);
        var spec = remote(url, section);
        return url.equals(NONE) ? Optional.empty() : Optional.of(spec);
    }

    private RemoteSpec remote(URI url, Section section) {
        var token = section.node("token").flatMap(reading::secret);
        var ca = section.node("ca").flatMap(n -> reading.path(n, folder).filter(p -> isFile(n, p)));
        checkToken(section, url, token);
        if (!"https".equals(url.getScheme()) && !url.equals(NONE)) {
            section.refuse(
                    "ca", "is for https, and the backend is " + url.getScheme(), "Remove it");
        }
        return new RemoteSpec(
                url,
                section.read(
                        "probe",
                        PROBE,
                        n -> reading.matching(n, CheckReader.TARGET, "a path", PROBE)),
                section.read("every", Duration.ofSeconds(5), n -> reading.duration(n, LEAST, MOST)),
                section.read(
                        "timeout", Duration.ofSeconds(3), n -> reading.duration(n, LEAST, MOST)),
                section.read("failures", 2, n -> reading.integer(n, 1, 1000)),
                token,
                ca);
    }

    private void checkToken(Section section, URI url, Optional<Secret> token) {
        if (token.isPresent() && "http".equals(url.getScheme()) && !loopback(url.getHost())) {
            section.refuse(
                    "token",
                    "would go to %s in clear text".formatted(url.getHost()),
                    "Use https, or an address of this machine");
        }
    }

    private Optional<URI> url(Node node) {
        return reading.text(node).flatMap(text -> Urls.backend(reading, node, text));
    }

    /** Whether what is sent there stays on this machine. */
    static boolean loopback(String host) {
        var bare = host.replaceAll("^\\[|]$", "");
        if (bare.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(bare).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private boolean isFile(Node node, Path path) {
        boolean fits = Files.isRegularFile(path);
        if (!fits && reading.chosen()) {
            reading.problems()
                    .add(node.where(), "there is no file " + path, "Add it or correct the path");
        }
        return fits;
    }
}
