package dev.proa.gateway;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;

/** How an open listener proves who it is: the JDK's TLS with the files of {@link ListenOptions}. */
final class ServerTls {
    private ServerTls() {}

    /**
     * Reads the files.
     *
     * @throws ProaException if they cannot be read, or do not belong together
     */
    static SslContext of(ListenOptions options) {
        try (var certificate = Files.newInputStream(options.certificate());
                var key = Files.newInputStream(options.key())) {
            return SslContextBuilder.forServer(certificate, key)
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            throw new ProaException(
                    ExitCode.BAD_CONFIG,
                    new Problem(
                            Where.of("gateway/listen/tls"),
                            "certificate %s and key %s cannot be used: %s"
                                    .formatted(
                                            options.certificate(), options.key(), e.getMessage()),
                            "Give PEM files, the key in PKCS #8 without a password"));
        }
    }
}
