package dev.proa.supervisor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Why a file cannot be run as a program, found by looking into it after the kernel has refused it.
 *
 * @param what as the second half of "FILE cannot be run: ..."
 * @param remedy an imperative clause
 */
record ProgramFault(String what, String remedy) {
    private static final int HEAD = 4096;
    private static final String INSTALL = "Install it or correct the path";
    private static final String BUILD = "Use the build of it for this machine";

    /** ELF's numbers of machines. */
    private static final Map<Integer, String> MACHINES =
            Map.of(
                    3, "x86 with 32 bits",
                    21, "PowerPC",
                    22, "S/390",
                    40, "ARM with 32 bits",
                    62, "x86-64",
                    183, "ARM with 64 bits",
                    243, "RISC-V",
                    258, "LoongArch");

    /**
     * The file that a command means: on the path, if its name has no slash.
     *
     * @param path folders with colons between them
     */
    static Optional<Path> find(String program, Path cwd, String path) {
        if (program.contains("/")) {
            return Optional.of(cwd.resolve(program));
        }
        for (var folder : path.split(":", -1)) {
            var file = Path.of(folder.isEmpty() ? "/dev/null" : folder, program);
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** What can be seen without starting it. */
    static Optional<ProgramFault> seen(Path file) {
        if (!Files.exists(file)) {
            return fault("there is no such file", INSTALL);
        }
        if (Files.isDirectory(file)) {
            return fault("it is a folder", "Name a program in it");
        }
        if (!Files.isExecutable(file)) {
            return fault(
                    "it is not executable by this user", "Run chmod +x on it, or correct the path");
        }
        return inside(file);
    }

    static ProgramFault of(Path file, StartFailure failure) {
        return seen(file)
                .orElseGet(() ->
                        failure.errno() == StartFailure.EACCES
                                ? new ProgramFault(
                                        "permission denied, though it is marked as executable",
                                        "See that its file system is not mounted with noexec, and"
                                                + " that this user may enter its folders")
                                : new ProgramFault(
                                        failure.words(),
                                        "Correct the path, or make it a program that runs here"));
    }

    private static Optional<ProgramFault> inside(Path file) {
        byte[] head;
        try (var in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        } catch (IOException e) {
            return Optional.empty(); // it may be run but not read
        }
        if (head.length == 0) {
            return fault("it is empty", "Install it again");
        }
        var text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("#!")) {
            return script(text.substring(2).lines().findFirst().orElse(""), text);
        }
        if (text.startsWith("\u007fELF")) {
            return elf(head);
        }
        if (text.startsWith("MZ")) {
            return fault("it is a program for Windows", BUILD);
        }
        return text.startsWith("\u00cf\u00fa\u00ed\u00fe")
                        || text.startsWith("\u00ca\u00fe\u00ba\u00be")
                ? fault("it is a program for macOS, or Java byte code", BUILD)
                : fault(
                        "it is neither a program of this machine nor a script with a #! line",
                        "Put #! and its interpreter on its first line, or name the interpreter"
                                + " first in the command");
    }

    private static Optional<ProgramFault> script(String line, String text) {
        var interpreter = line.strip().split("[ \t]", 2)[0];
        if (interpreter.isEmpty()) {
            return fault("its first line names no interpreter", "Write one after #!");
        }
        if (text.indexOf("\r\n") == 2 + line.length()) {
            return fault(
                    "its lines end as on Windows, so the interpreter "
                            + interpreter
                            + " is not found",
                    "Save it with Unix line ends");
        }
        var program = Path.of(interpreter);
        if (!Files.exists(program)) {
            return fault(
                    "its interpreter " + interpreter + " does not exist",
                    "Install the interpreter, or correct the first line of the script");
        }
        return Files.isDirectory(program) || !Files.isExecutable(program)
                ? fault(
                        "its interpreter " + interpreter + " is not a program this user may run",
                        "Correct the first line of the script")
                : Optional.empty();
    }

    private static Optional<ProgramFault> elf(byte[] head) {
        if (head.length < 20) {
            return fault("it is a program that was cut off", "Install it again");
        }
        var order = head[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int type = ByteBuffer.wrap(head).order(order).getShort(16) & 0xffff;
        int machine = ByteBuffer.wrap(head).order(order).getShort(18) & 0xffff;
        var own = own();
        if (own.isPresent() && machine != own.getAsInt()) {
            return fault(
                    "it is a program for %s, and this machine is %s"
                            .formatted(name(machine), name(own.getAsInt())),
                    BUILD);
        }
        if (type != 2 && type != 3) {
            return fault("it is an object file or a core dump, and no program", INSTALL);
        }
        return loader(head, order);
    }

    /** What it asks to be loaded by (PT_INTERP), such as the one of another C library. */
    private static Optional<ProgramFault> loader(byte[] head, ByteOrder order) {
        var buffer = ByteBuffer.wrap(head).order(order);
        if (head.length < 64 || head[4] != 2) {
            return Optional.empty();
        }
        long table = buffer.getLong(32);
        int size = buffer.getShort(54);
        for (int i = 0; i < buffer.getShort(56) && size >= 56; i++) {
            long at = table + (long) i * size;
            if (at < 0 || at + size > head.length) {
                return Optional.empty();
            }
            long from = buffer.getLong((int) at + 8);
            long length = buffer.getLong((int) at + 32);
            if (buffer.getInt((int) at) == 3 && from > 0 && length > 1 && from + length < HEAD) {
                var name = new String(head, (int) from, (int) length - 1, StandardCharsets.UTF_8);
                return missing(name);
            }
        }
        return Optional.empty();
    }

    private static Optional<ProgramFault> missing(String loader) {
        return loader.startsWith("/") && !Files.exists(Path.of(loader))
                ? fault(
                        "it needs the loader " + loader + ", which does not exist",
                        "Install that C library, or a build of the program for this system")
                : Optional.empty();
    }

    private static OptionalInt own() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> OptionalInt.of(62);
            case "aarch64" -> OptionalInt.of(183);
            default -> OptionalInt.empty();
        };
    }

    private static String name(int machine) {
        return MACHINES.getOrDefault(machine, "a machine of ELF number " + machine);
    }

    private static Optional<ProgramFault> fault(String what, String remedy) {
        return Optional.of(new ProgramFault(what, remedy));
    }
}
