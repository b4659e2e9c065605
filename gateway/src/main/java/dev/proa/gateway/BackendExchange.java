package dev.proa.gateway;

import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Gathers a request's body, has a handler answer it on a virtual thread, and writes the answer. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class BackendExchange implements Exchange {
    private static final long BODY_MILLIS = 30_000;
    private static final long MILLIS_PER_KIB = 60;

    /** What every handler's exchange needs. */
    record Lent(Executor threads, Journal journal, Keys keys) {}

    private final ClientConnection connection;
    private final Head head;
    private final Guard.Verdict.Passed passed;
    private final RouteTable.Match.Found match;
    private final Lent lent;
    private byte[] body = new byte[0];
    private int length;
    private long since;
    private boolean handed;
    private boolean over;
    private @Nullable OpenBody open;

    BackendExchange(
            ClientConnection connection,
            Head head,
            Guard.Verdict.Passed passed,
            RouteTable.Match.Found match,
            Lent lent) {
        this.connection = connection;
        this.head = head;
        this.passed = passed;
        this.match = match;
        this.lent = lent;
    }

    @Override
    public void start() {
        since = connection.loop().millis();
        if (passed.body() instanceof Framing.Fixed(long bytes)) {
            if (bytes > match.route().maxBody()) {
                tooLong();
                return;
            }
            body = new byte[(int) Math.min(bytes, 64 * 1024)];
        }
        if (head.headers().contains(HttpHeaderNames.EXPECT) && passed.body().hasBody()) {
            connection.proceed();
        }
    }

    private void tooLong() {
        over = true;
        var refusal =
                new Refusal(
                        413,
                        "The body is longer than %d bytes.".formatted(match.route().maxBody()),
                        Refusal.Cause.LIMIT);
        connection.refuse(passed.target().ours() ? refusal : refusal.inContract());
    }

    @Override
    public void body(HttpContent content) {
        try {
            var more = content.content().readableBytes();
            if (over) {
                return;
            }
            if (length + (long) more > match.route().maxBody()) {
                tooLong();
                return;
            }
            if (length + more > body.length) {
                body = Arrays.copyOf(body, Math.max(length + more, body.length * 2));
            }
            content.content().readBytes(body, length, more);
            length += more;
        } finally {
            content.release();
        }
        if (content instanceof LastHttpContent) {
            handed = true;
            lent.threads().execute(this::handle);
        }
    }

    @Override
    public void readComplete() {
        if (!over) {
            connection.more();
        }
    }

    /** A body has half a minute, and a minute more for each MiB of it. */
    @Override
    public void sweep(long now) {
        var patience = BODY_MILLIS + length / 1024 * MILLIS_PER_KIB;
        if (!handed && !over && now - since > patience) {
            over = true;
            connection.refuse(Refusal.slow("The body comes too slowly."));
        }
    }

    @Override
    public void writable() {
        // Streams ask for the channel's state with each piece.
    }

    @Override
    public void gone() {
        over = true;
        if (open != null) {
            open.gone();
        }
    }

    private void handle() {
        BackendResponse response;
        try {
            response = match.route().handler().handle(request());
        } catch (RequestProblem e) {
            response = Problems.whole(e.status(), e.detail(), requestId());
        } catch (ProaException e) {
            response = Problems.whole(e, requestId());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            response = Problems.whole(503, "The app is stopping.", requestId());
        } catch (Throwable e) { // the top of this thread
            response = defect(e);
        }
        deliver(response);
    }

    private BackendResponse.Whole defect(Throwable failure) {
        var what =
                "%s %s failed with %s"
                        .formatted(match.route().method(), match.route().path(), failure);
        var at = failure.getStackTrace();
        var place = at.length == 0 ? "" : " at " + at[0];
        lent.journal()
                .record(
                        new RuntimeEvent.ProblemFound(
                                new Problem(
                                        Where.of("gateway"),
                                        what + place,
                                        "Report this defect of the app")));
        return Problems.whole(500, "The app failed to answer; the journal says more.", requestId());
    }

    private String requestId() {
        return head.headers().get(RequestIds.FIELD, "");
    }

    private BackendRequest request() {
        return new BackendRequest(
                head.method(),
                passed.target().path(),
                match.segments(),
                passed.target().query(),
                headers(),
                length == body.length ? body : Arrays.copyOf(body, length));
    }

    private Map<String, List<String>> headers() {
        var fields = new LinkedHashMap<String, List<String>>();
        var bearerIsOurs = lent.keys().bearerIsOurs(head.headers());
        for (var field : head.headers()) {
            var name = field.getKey().toLowerCase(Locale.ROOT);
            var hidden =
                    name.equals(Keys.TOKEN_FIELD)
                            || name.equals("cookie")
                            || (name.equals("authorization") && bearerIsOurs);
            if (!hidden) {
                fields.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(field.getValue());
            }
        }
        Optional<String> cookies = Keys.foreignCookies(head.headers());
        cookies.ifPresent(value -> fields.put("cookie", List.of(value)));
        return fields;
    }

    private void deliver(BackendResponse response) {
        HttpHeaders headers;
        BackendResponse sound;
        try {
            sound = response;
            headers = headers(response);
        } catch (IllegalArgumentException e) {
            sound = defect(e);
            headers = headers(sound);
        }
        var answer = sound;
        var fields = headers;
        connection.loop().events().execute(() -> write(answer, fields));
    }

    private static HttpHeaders headers(BackendResponse response) {
        var headers = new DefaultHttpHeaders();
        response.headers().forEach(headers::set);
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        headers.remove(HttpHeaderNames.CONNECTION);
        if (OwnHeaders.document(headers)) {
            OwnHeaders.guardDocument(headers);
        } else {
            OwnHeaders.guardAnswer(headers);
        }
        HttpResponseStatus.valueOf(response.status());
        return headers;
    }

    private void write(BackendResponse response, HttpHeaders headers) {
        if (over) {
            return;
        }
        switch (response) {
            case BackendResponse.Whole whole ->
                    connection.reply(whole.status(), headers, Unpooled.wrappedBuffer(whole.body()));
            case BackendResponse.Streaming streaming -> stream(streaming, headers);
        }
    }

    private void stream(BackendResponse.Streaming streaming, HttpHeaders headers) {
        var status = HttpResponseStatus.valueOf(streaming.status());
        var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
        if (connection.http11()) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
        }
        connection.head(response);
        if (head.method().equals("HEAD")) {
            connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
            connection.finish();
            return;
        }
        connection.flush();
        var stream = new OpenBody(connection, lent.threads());
        open = stream;
        lent.threads().execute(() -> opened(streaming, stream));
    }

    private void opened(BackendResponse.Streaming streaming, OpenBody stream) {
        try {
            streaming.writer().opened(stream);
        } catch (Throwable e) { // the top of this thread
            defect(e);
            stream.cutOff();
        }
    }
}
