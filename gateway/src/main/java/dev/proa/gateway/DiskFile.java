package dev.proa.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * A file as it was when it was listed. What has changed since cannot be opened: its bytes would not
 * be those of its length and its tag.
 *
 * @param path absolute and without links
 */
record DiskFile(Path path, long length, FileTime modified) {
    static DiskFile of(Path path, BasicFileAttributes attributes) {
        return new DiskFile(path, attributes.size(), attributes.lastModifiedTime());
    }

    /**
     * Opens it; the caller closes.
     *
     * @throws IOException if it has gone, is not readable, or is not what it was
     */
    FileChannel open() throws IOException {
        var channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            var now =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!now.isRegularFile()
                    || !of(path, now).equals(this)
                    || !path.toRealPath().equals(path)) {
                throw new NoSuchFileException(path.toString(), null, "it has changed");
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    InputStream read() throws IOException {
        return Channels.newInputStream(open());
    }
}
