package dev.proa.gateway;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whose word is taken for the identity of a remote server: the system's authorities, and those of a
 * file. Its name must be in its certificate (RFC 9110 section 4.3.4); TLS 1.2 is the oldest spoken.
 */
final class TlsTrust {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext plain;
    private final SslContext either;
    private final SslContext http1;

    private TlsTrust(TrustManagerFactory authorities)
            throws GeneralSecurityException, SSLException {
        plain = SSLContext.getInstance("TLS");
        plain.init(null, authorities.getTrustManagers(), null);
        either = context(authorities, "h2", "http/1.1");
        http1 = context(authorities, "http/1.1");
    }

    private static SslContext context(TrustManagerFactory authorities, String... protocols)
            throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(authorities)
                .protocols(VERSIONS)
                .endpointIdentificationAlgorithm("HTTPS")
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                Protocol.ALPN,
                                SelectorFailureBehavior.NO_ADVERTISE,
                                SelectedListenerFailureBehavior.ACCEPT,
                                protocols))
                .build();
    }

    /**
     * The system's authorities and those of {@code ca}.
     *
     * @throws ProaException if the file holds no certificate or cannot be read
     */
    static TlsTrust of(Optional<Path> ca) {
        try {
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(ca.isPresent() ? withThoseOf(ca.get()) : null);
            return new TlsTrust(factory);
        } catch (GeneralSecurityException | IOException e) {
            throw new ProaException(
                    ExitCode.BAD_CONFIG,
                    new Problem(
                            Where.of(ca.map(Path::toString).orElse("TLS")),
                            "the certificates cannot be used: " + e.getMessage(),
                            "Give a file of PEM certificates that can be read"));
        }
    }

    private static KeyStore withThoseOf(Path file) throws GeneralSecurityException, IOException {
        var all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        var usual = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        usual.init((KeyStore) null);
        var number = 0;
        for (var manager : usual.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                for (var certificate : known.getAcceptedIssuers()) {
                    all.setCertificateEntry("system-" + number++, certificate);
                }
            }
        }
        try (var in = Files.newInputStream(file)) {
            var own = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (own.isEmpty()) {
                throw new IOException("there is none in it");
            }
            for (var certificate : own) {
                all.setCertificateEntry("file-" + number++, certificate);
            }
        }
        return all;
    }

    /** For the JDK's own client. */
    SSLContext plain() {
        return plain;
    }

    /** Offers HTTP/2 before HTTP/1.1 (RFC 7301). */
    SslContext either() {
        return either;
    }

    /** Offers HTTP/1.1 alone, which a WebSocket needs. */
    SslContext http1() {
        return http1;
    }
}
