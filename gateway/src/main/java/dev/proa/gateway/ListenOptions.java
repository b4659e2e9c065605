package dev.proa.gateway;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * A listener that other machines can reach. It speaks TLS alone and has a token of its own.
 *
 * @param address a name or address of this machine; the Host of every request is this and the port
 * @param port 1 to 65535, or 0 for any free one
 * @param certificate PEM, the server's first and then those that signed it
 * @param key PEM (PKCS #8), not encrypted
 * @param token at least 32 bytes; the token of the run is of no use there
 */
public record ListenOptions(String address, int port, Path certificate, Path key, Secret token) {
    private static final int TOKEN_BYTES = 32;

    /**
     * A checked one.
     *
     * @throws ProaException with everything that is wrong with it
     */
    public ListenOptions {
        var problems = new ArrayList<Problem>();
        if (port < 0 || port > 65_535) {
            problems.add(problem("port", port + " is no port", "Write a number from 0 to 65535"));
        }
        if (token.reveal().getBytes(StandardCharsets.UTF_8).length < TOKEN_BYTES) {
            problems.add(
                    problem(
                            "token",
                            "the token has less than 32 bytes",
                            "Make one, such as with: openssl rand -hex 32"));
        }
        try {
            if (InetAddress.getByName(address).isAnyLocalAddress()) {
                problems.add(
                        problem(
                                "address",
                                "\"" + address + "\" stands for every address of this machine",
                                "Name the one address that others use, since it is also the Host"
                                        + " they must send"));
            }
        } catch (UnknownHostException e) {
            problems.add(
                    problem(
                            "address",
                            "\"" + address + "\" is not known here",
                            "Write an address of this machine"));
        }
        if (!problems.isEmpty()) {
            throw new ProaException(ExitCode.BAD_CONFIG, problems);
        }
    }

    private static Problem problem(String key, String what, String remedy) {
        return new Problem(Where.of("gateway/listen/" + key), what, remedy);
    }
}
