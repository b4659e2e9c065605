package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** How long a start takes, and the launcher's part of it. */
final class StartBenchmark implements Benchmark {
    static final double NANOS_PER_MILLI = 1e6;

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var stub = stub(setting.work());
        start(setting);
        launcher(setting, stub);
        var accepting = new ArrayList<Double>();
        var ready = new ArrayList<Double>();
        var cpu = new ArrayList<Double>();
        var launching = new ArrayList<Double>();
        for (var i = 0; i < setting.sizes().starts(); i++) {
            var start = start(setting);
            accepting.add(start.accepting());
            ready.add(start.ready());
            cpu.add(start.cpu());
            launching.add(launcher(setting, stub));
        }
        var how =
                "`./proa run apps/agent-monitor --window none` with a new data folder each time, from the making of"
                        + " the process to the first 200 of `/_proa/health/ready`, asked every 2 ms; after one start to"
                        + " warm the disk's cache. The launcher's part is the same command with a `java` that ends at"
                        + " once.";
        return Result.of(
                how,
                List.of(
                        Measure.of("start to ready", "ms", Goal.atMost(700), ready),
                        Measure.of("start to listeners that accept", "ms", accepting),
                        Measure.of("CPU until ready, all cores", "ms", cpu),
                        Measure.of("launcher before `java`", "ms", Goal.atMost(300), launching)));
    }

    private record Start(double accepting, double ready, double cpu) {}

    private static Start start(Setting setting) throws IOException {
        try (var product = Product.start(setting)) {
            product.address();
            var accepting = product.nanosSinceStart();
            product.ready();
            var ready = product.nanosSinceStart();
            return new Start(
                    accepting / NANOS_PER_MILLI,
                    ready / NANOS_PER_MILLI,
                    ProcessFacts.cpuSeconds(product.pid()) * 1000);
        }
    }

    /** A JDK by the looks of it, which does nothing. */
    private static Path stub(Path work) throws IOException {
        var home = Files.createDirectories(work.resolve("stub"));
        var bin = Files.createDirectories(home.resolve("bin"));
        for (var program : List.of("java", "javac")) {
            var file = Files.writeString(bin.resolve(program), "#!/bin/sh\nexit 0\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.copy(
                Path.of(System.getProperty("java.home"), "release"),
                home.resolve("release"),
                StandardCopyOption.REPLACE_EXISTING);
        return home;
    }

    private static double launcher(Setting setting, Path stub)
            throws IOException, InterruptedException {
        var proa = setting.checkout().resolve("proa").toString();
        var builder = new ProcessBuilder(proa, "run", "apps/agent-monitor");
        Product.separate(builder, setting.work());
        builder.environment().put("PROA_JAVA_HOME", stub.toString());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        var before = System.nanoTime();
        var exit = builder.start().waitFor();
        var after = System.nanoTime();
        if (exit != 0) {
            throw new IOException("the launcher ended with " + exit);
        }
        return (after - before) / NANOS_PER_MILLI;
    }
}
