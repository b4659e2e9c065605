package dev.proa.bench;

import java.io.IOException;

/** Measures something; nothing of it is left running afterwards. */
@FunctionalInterface
interface Benchmark {
    Result run(Setting setting) throws IOException, InterruptedException;
}
