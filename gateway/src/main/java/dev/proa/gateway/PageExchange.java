package dev.proa.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.Iterator;
import java.util.List;

/**
 * Answers with one file of the page: picks the form the client takes, looks at its conditions, and
 * sends the whole or the parts asked for. GET and HEAD only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class PageExchange implements Exchange {
    private final ClientConnection connection;
    private final Head head;
    private final PageFile file;
    private final Page page;
    private boolean gone;

    /** What holds for all files of the page. */
    record Page(PackedForms packed, String contentPolicy) {}

    PageExchange(ClientConnection connection, Head head, PageFile file, Page page) {
        this.connection = connection;
        this.head = head;
        this.file = file;
        this.page = page;
    }

    @Override
    public void start() {
        var accepted = AcceptedCodings.of(head.headers());
        choose(accepted.iterator(), !accepted.contains(Coding.IDENTITY));
    }

    private void choose(Iterator<Coding> codings, boolean needed) {
        if (gone) {
            return;
        }
        if (!codings.hasNext()) {
            refuse(406, "There is no form of this file in a coding that is accepted.", headers());
            return;
        }
        var coding = codings.next();
        var ready = file.form(coding);
        if (ready.isPresent()) {
            answer(ready.get());
            return;
        }
        page.packed()
                .find(
                        file,
                        coding,
                        needed,
                        connection.loop().events(),
                        form -> form.ifPresentOrElse(this::answer, () -> choose(codings, needed)));
    }

    private void answer(PageForm form) {
        if (gone) {
            return;
        }
        var headers = headers();
        headers.set(HttpHeaderNames.ETAG, form.tag());
        headers.set(
                HttpHeaderNames.LAST_MODIFIED, DateFormatter.format(Date.from(file.modified())));
        switch (Preconditions.check(head.headers(), form.tag(), file.modified())) {
            case FAILED -> refuse(412, "The file is not the one that is named.", headers);
            case NOT_MODIFIED -> connection.reply(304, headers, Unpooled.EMPTY_BUFFER);
            case PROCEED -> send(form, headers);
        }
    }

    private HttpHeaders headers() {
        var headers = new DefaultHttpHeaders();
        if (file.negotiable()) {
            headers.set(HttpHeaderNames.VARY, "Accept-Encoding");
        }
        headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
        if (file.document()) {
            OwnHeaders.guardDocument(headers, page.contentPolicy());
        } else {
            var age = file.lasting() ? "public, max-age=31536000, immutable" : "no-cache";
            headers.set(HttpHeaderNames.CACHE_CONTROL, age);
            OwnHeaders.guardAnswer(headers);
        }
        return headers;
    }

    private void refuse(int status, String detail, HttpHeaders headers) {
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        connection.refuse(new Refusal(status, detail, Refusal.Cause.ROUTE), headers);
    }

    private void send(PageForm form, HttpHeaders headers) {
        if (form.coding() != Coding.IDENTITY) {
            headers.set(HttpHeaderNames.CONTENT_ENCODING, form.coding().token());
        }
        switch (wanted(form)) {
            case ByteRanges.Wanted.Whole _ -> whole(form, headers);
            case ByteRanges.Wanted.Nothing _ -> {
                headers.remove(HttpHeaderNames.CONTENT_ENCODING);
                headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + form.length());
                refuse(416, "The file has no such part.", headers);
            }
            case ByteRanges.Wanted.Parts(var parts) -> {
                if (parts.size() == 1) {
                    onePart(form, parts.getFirst(), headers);
                } else {
                    manyParts(form, parts, headers);
                }
            }
        }
    }

    /** RFC 9110 section 14.2: ranges are for GET alone. */
    private ByteRanges.Wanted wanted(PageForm form) {
        var ranges = head.headers().getAll(HttpHeaderNames.RANGE);
        return head.method().equals("GET")
                        && !ranges.isEmpty()
                        && Preconditions.ifRange(head.headers(), form.tag(), file.modified())
                ? ByteRanges.of(ranges, form.length())
                : new ByteRanges.Wanted.Whole();
    }

    private void whole(PageForm form, HttpHeaders headers) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, file.type());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, form.length());
        if (head.method().equals("HEAD") || form.length() == 0) {
            write(HttpResponseStatus.OK, headers, List.of());
        } else {
            var all = new ByteRanges.Part(0, form.length() - 1);
            write(HttpResponseStatus.OK, headers, form, List.of(all), List.of());
        }
    }

    private void onePart(PageForm form, ByteRanges.Part part, HttpHeaders headers) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, file.type());
        headers.set(HttpHeaderNames.CONTENT_RANGE, Multipart.range(part, form.length()));
        headers.set(HttpHeaderNames.CONTENT_LENGTH, part.length());
        write(HttpResponseStatus.PARTIAL_CONTENT, headers, form, List.of(part), List.of());
    }

    private void manyParts(PageForm form, List<ByteRanges.Part> parts, HttpHeaders headers) {
        var multipart = new Multipart(file.type(), form, parts);
        headers.set(HttpHeaderNames.CONTENT_TYPE, multipart.type());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, multipart.length());
        write(HttpResponseStatus.PARTIAL_CONTENT, headers, form, parts, multipart.borders());
    }

    /** Opens everything before the first byte is sent, since an answer cannot be taken back. */
    private void write(
            HttpResponseStatus status,
            HttpHeaders headers,
            PageForm form,
            List<ByteRanges.Part> parts,
            List<HttpContent> borders) {
        var body = new ArrayList<Object>();
        try {
            for (var i = 0; i < parts.size(); i++) {
                if (!borders.isEmpty()) {
                    body.add(borders.get(i));
                }
                body.add(form.part(parts.get(i)));
            }
            if (!borders.isEmpty()) {
                body.add(borders.getLast());
            }
        } catch (IOException e) {
            body.forEach(ReferenceCountUtil::release);
            refuse(
                    503,
                    "This file has changed since the app was started; start the app again.",
                    new DefaultHttpHeaders());
            return;
        }
        write(status, headers, body);
    }

    private void write(HttpResponseStatus status, HttpHeaders headers, List<Object> body) {
        connection.head(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers));
        body.forEach(connection::write);
        connection
                .context()
                .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                .addListener(this::written);
    }

    /** Until the client has taken everything it is not idle, however long that lasts. */
    private void written(Future<?> done) {
        if (!gone) {
            if (done.isSuccess()) {
                connection.finish();
            } else {
                connection.abort();
            }
        }
    }

    @Override
    public void body(HttpContent content) {
        // A file is not told anything.
        content.release();
    }

    @Override
    public void readComplete() {
        // The answer does not wait for a body.
    }

    @Override
    public void writable() {
        // The answer has been queued as a whole.
    }

    @Override
    public void gone() {
        gone = true;
    }
}
