package dev.proa.gateway;

import dev.proa.core.ProaException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The page as files of a folder, as they were when the folder was listed last. */
final class FolderPage {
    private final PageSource.Folder source;
    private final Executor threads;
    private final InstantSource clock;
    private final String contentPolicy;
    private volatile Listed listed;

    /** What belongs to one listing, and goes with it. */
    private record Listed(PageIndex index, PageExchange.Page page) {}

    /**
     * Lists the folder.
     *
     * @param threads where files are compressed
     * @throws ProaException if it cannot be read
     */
    FolderPage(PageSource.Folder source, Executor threads, InstantSource clock) {
        this.source = source;
        this.threads = threads;
        this.clock = clock;
        this.contentPolicy = ContentPolicy.of(source.policy().csp());
        this.listed = read();
    }

    /**
     * Lists it again; requests from now on see what lies there now.
     *
     * @throws ProaException if it cannot be read; the listing before goes on then
     */
    void list() {
        listed = read();
    }

    private Listed read() {
        return new Listed(
                PageIndex.of(source, clock.instant()),
                new PageExchange.Page(new PackedForms(threads), contentPolicy));
    }

    boolean has(List<String> segments) {
        return listed.index().find(segments).isPresent();
    }

    Exchange answer(ClientConnection connection, Head head, List<String> segments) {
        var now = listed;
        var read = head.method().equals("GET") || head.method().equals("HEAD");
        var file =
                now.index()
                        .find(segments)
                        .or(() ->
                                head.placeInPage()
                                        ? now.index().fallback(segments)
                                        : Optional.empty());
        if (file.isEmpty()) {
            return ImmediateExchange.of(() -> connection.refuse(Refusal.notFound()));
        }
        return read
                ? new PageExchange(connection, head, file.get(), now.page())
                : ImmediateExchange.of(() -> connection.refuse(READING_ONLY, allow()));
    }

    private static final Refusal READING_ONLY =
            new Refusal(405, "Files can only be read.", Refusal.Cause.ROUTE);

    private static DefaultHttpHeaders allow() {
        var headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
        return headers;
    }
}
