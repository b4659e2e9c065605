package dev.proa.profile;

import dev.proa.core.Secret;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The desktop's keyring: the freedesktop.org Secret Service API 0.2 over the session's D-Bus. It is
 * only asked for items that are open; unlocking needs a dialog, which belongs to the desktop.
 */
final class SecretService {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String BUS = "org.freedesktop.DBus";
    private static final String SECRETS = "org.freedesktop.secrets";
    private static final String SERVICE_PATH = "/org/freedesktop/secrets";
    private static final String SERVICE = "org.freedesktop.Secret.Service";
    private static final String ITEM = "org.freedesktop.Secret.Item";

    private final Path socket;

    private SecretService(Path socket) {
        this.socket = socket;
    }

    /** Why there is no value, and what to do. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1L;
        private final String remedy;

        Unavailable(String what, String remedy) {
            super(what);
            this.remedy = remedy;
        }

        String what() {
            return String.valueOf(getMessage());
        }

        String remedy() {
            return remedy;
        }
    }

    /** The one of the session that an environment belongs to. */
    static SecretService of(Map<String, String> environment) throws Unavailable {
        var addresses = environment.getOrDefault("DBUS_SESSION_BUS_ADDRESS", "");
        for (var address : addresses.split(";", -1)) {
            for (var part : address.replaceFirst("^unix:", "").split(",", -1)) {
                if (address.startsWith("unix:") && part.startsWith("path=")) {
                    return new SecretService(Path.of(part.substring("path=".length())));
                }
            }
        }
        var runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (addresses.isEmpty() && runtime.startsWith("/")) {
            return new SecretService(Path.of(runtime, "bus"));
        }
        throw none("this session has no D-Bus with a socket file");
    }

    private static Unavailable none(String why) {
        return new Unavailable(
                "there is no Secret Service (" + why + ")",
                "Start the desktop's keyring, or use env or file for this secret");
    }

    /** The secret of the one open item that has all these attributes. */
    Secret lookup(SortedMap<String, String> attributes) throws Unavailable {
        var answer = new AtomicReference<Object>();
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            var asking =
                    Thread.ofVirtual()
                            .name("proa-secret-service")
                            .start(() -> answer.set(asked(channel, attributes)));
            if (!asking.join(PATIENCE)) {
                throw none("it did not answer within 5 s");
            }
        } catch (IOException e) {
            throw none("%s: %s".formatted(socket, e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw none("interrupted");
        }
        return switch (answer.get()) {
            case Secret secret -> secret;
            case Unavailable why -> throw why;
            case null, default -> throw none("no answer");
        };
    }

    private static Object asked(SocketChannel channel, SortedMap<String, String> attributes) {
        try {
            var bus = new DBus(channel);
            bus.authenticate();
            bus.call(BUS, "/org/freedesktop/DBus", BUS, "Hello", DBus.Body.empty());
            return secret(bus, attributes);
        } catch (IOException e) {
            return none(String.valueOf(e.getMessage()));
        } catch (Unavailable e) {
            return e;
        }
    }

    private static Secret secret(DBus bus, SortedMap<String, String> attributes)
            throws IOException, Unavailable {
        var session = bus.call(SECRETS, SERVICE_PATH, SERVICE, "OpenSession", plainSession());
        session.variantText();
        var sessionPath = session.text();
        var search = new DBus.Body("a{ss}").dictionary(attributes);
        var found = bus.call(SECRETS, SERVICE_PATH, SERVICE, "SearchItems", search);
        List<String> open = found.texts();
        List<String> locked = found.texts();
        if (open.isEmpty()) {
            throw locked.isEmpty()
                    ? new Unavailable(
                            "the keyring has no item with " + attributes,
                            "Add one, such as secret-tool store does")
                    : new Unavailable(
                            "the keyring's item with " + attributes + " is locked",
                            "Unlock the keyring");
        }
        if (open.size() > 1) {
            throw new Unavailable(
                    "the keyring has %d items with %s".formatted(open.size(), attributes),
                    "Name one more attribute");
        }
        var answer =
                bus.call(
                        SECRETS,
                        open.getFirst(),
                        ITEM,
                        "GetSecret",
                        new DBus.Body("o").text(sessionPath));
        answer.structure();
        answer.text(); // the session
        answer.bytes(); // parameters, which a plain session has none of
        var text = new String(answer.bytes(), StandardCharsets.UTF_8);
        if (text.isBlank()) {
            throw new Unavailable(
                    "the keyring's item with " + attributes + " is empty",
                    "Store the secret in it");
        }
        return Secret.of(text);
    }

    /** No encryption of its own: the socket is this user's alone. */
    private static DBus.Body plainSession() {
        return new DBus.Body("sv").text("plain").variant("");
    }
}
