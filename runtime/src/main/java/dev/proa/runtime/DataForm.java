package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The form of what Proa keeps in a data folder, a number in {@code runtime/data-version}. It is
 * written last, so whatever ends a migration, the next start does it again from the same beginning.
 *
 * <ul>
 *   <li>1: the browser's profile lies in {@code window}, among the app's own files.
 *   <li>2: it lies in {@code runtime/window}; all but {@code logs} and {@code runtime} is the
 *       app's.
 * </ul>
 */
final class DataForm {
    /** What this Proa reads and writes. */
    static final int CURRENT = 2;

    /** Hears of a migration before it begins. */
    interface Listener {
        /** Told before anything changes; {@code backup} is where a copy is put first. */
        void migrating(int from, int to, Path backup);
    }

    private final Path folder;
    private final Path runtime;
    private final Path file;

    DataForm(Path folder) {
        this.folder = folder;
        this.runtime = folder.resolve("runtime");
        this.file = runtime.resolve("data-version");
    }

    /** Makes the folder one of {@link #CURRENT}; to be called by who holds the lock. */
    Optional<RuntimeEvent> bring(Listener listener) throws IOException {
        int form = found();
        if (form > CURRENT) {
            throw refused(
                    "The data folder has version " + form + ", this Proa knows version " + CURRENT,
                    "Start it with the newer Proa that wrote it, or choose another folder with --data-dir");
        }
        if (form == CURRENT) {
            if (!Files.exists(file)) {
                write();
            }
            return Optional.empty();
        }
        var backup = new FormBackup(folder, form);
        listener.migrating(form, CURRENT, backup.path());
        backup.make();
        toForm2();
        write();
        return Optional.of(new RuntimeEvent.DataMigrated(form, CURRENT, backup.path().toString()));
    }

    private void write() throws IOException {
        new AtomicFile(file).write((CURRENT + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private int found() throws IOException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            // The generation is written at every start, so without it nothing ever ran here.
            return Files.exists(runtime.resolve("generation")) ? 1 : CURRENT;
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw refused(
                    "The data folder's version is no number",
                    "Write "
                            + CURRENT
                            + " into it if this Proa was the last to use the folder, else the number that it had");
        }
        return Integer.parseInt(text);
    }

    private ProaException refused(String what, String remedy) {
        return new ProaException(
                ExitCode.BAD_DATA, new Problem(Where.of(file.toString()), what, remedy));
    }

    /** Done again after a crash, it does what is left to do. */
    private void toForm2() throws IOException {
        var old = folder.resolve("window");
        var fresh = runtime.resolve("window");
        // A folder without it is no browser's, so it is the app's own.
        if (Files.isRegularFile(old.resolve("Local State")) && !Files.exists(fresh)) {
            Files.move(old, fresh);
        }
    }
}
