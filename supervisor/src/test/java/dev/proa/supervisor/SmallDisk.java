package dev.proa.supervisor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small file system in memory, mounted where only one process and who looks through it see it.
 */
final class SmallDisk implements AutoCloseable {
    private static final String MOUNT =
            "mount -t tmpfs -o size=$1,mode=0700 tmpfs /mnt && echo mounted && exec sleep 600";

    private final Process holder;

    private SmallDisk(Process holder) {
        this.holder = holder;
    }

    static SmallDisk mount(String size) throws IOException {
        var command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of("sh", "-c", MOUNT, "sh", size));
        var holder = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = holder.inputReader().readLine();
        if (!"mounted".equals(said)) {
            throw new IOException("no small disk: " + said);
        }
        return new SmallDisk(holder);
    }

    Path folder() {
        return Path.of("/proc/" + holder.pid() + "/root/mnt");
    }

    @Override
    public void close() {
        holder.destroyForcibly().onExit().join();
    }
}
