package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * One sequence of bytes that a file of the page can be sent as.
 *
 * @param length in bytes
 * @param tag its strong entity tag with quotes (RFC 9110 section 8.8.3): a hash of these very bytes
 */
record PageForm(Coding coding, long length, String tag, Source source) {
    /** Where the bytes are. */
    sealed interface Source {
        record Memory(byte[] bytes) implements Source {}

        record Disk(DiskFile file) implements Source {}
    }

    static PageForm ofMemory(Coding coding, byte[] bytes) {
        return new PageForm(coding, bytes.length, ContentTag.of(bytes), new Source.Memory(bytes));
    }

    /** The same bytes as another coding: those of a file that was compressed beforehand. */
    PageForm as(Coding other) {
        return new PageForm(other, length, tag, source);
    }

    /** All bytes, in order. */
    InputStream read() throws IOException {
        return switch (source) {
            case Source.Memory(byte[] bytes) -> new ByteArrayInputStream(bytes);
            case Source.Disk(DiskFile file) -> file.read();
        };
    }

    /**
     * A part of it, as something that can be written to a client.
     *
     * @throws IOException if the file is not there any more as it was
     */
    Object part(ByteRanges.Part part) throws IOException {
        return switch (source) {
            case Source.Memory(byte[] bytes) -> new DefaultHttpContent(slice(bytes, part));
            case Source.Disk(DiskFile file) ->
                    new DefaultFileRegion(file.open(), part.first(), part.length());
        };
    }

    private static ByteBuf slice(byte[] bytes, ByteRanges.Part part) {
        return Unpooled.wrappedBuffer(bytes, (int) part.first(), (int) part.length());
    }
}
