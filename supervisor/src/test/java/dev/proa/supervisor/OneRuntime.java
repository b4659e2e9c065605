package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A runtime with one sidecar that does much to survive; killed by {@link ManyDeaths}. */
final class OneRuntime {
    private OneRuntime() {}

    /**
     * Arguments: the data folder, the program that makes the tree and says ready, its arguments.
     */
    public static void main(String[] words) throws InterruptedException {
        var bench =
                TestBench.of(
                        Path.of(words[0]),
                        Specs.sidecar("tree")
                                .runs(Arrays.copyOfRange(words, 1, words.length))
                                .restarts(RestartPolicy.NEVER)
                                .ready(new Check.Log(Pattern.compile("ready"))),
                        Specs.sidecar("other").runs("sleep", "1000"));
        say("asked");
        bench.start().await("tree", SidecarPhase.READY);
        say("ready");
        Thread.currentThread().join(Duration.ofMinutes(5));
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
