package dev.proa.gateway;

import java.nio.file.Path;
import java.util.function.Supplier;

/** Where the page comes from; routes go before it. */
public sealed interface PageSource {
    /**
     * Files, indexed when the gateway opens.
     *
     * @param spa whether a path that is no file gets {@code index.html} instead of 404
     */
    record Folder(Path folder, boolean spa) implements PageSource {}

    /** A sidecar or a development server serves it. */
    record Served(Supplier<Upstream> upstream) implements PageSource {}

    /** There is no page. */
    record None() implements PageSource {}
}
