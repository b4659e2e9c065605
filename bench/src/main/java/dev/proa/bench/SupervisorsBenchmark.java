package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Proa beside other supervisors; {@code bench/peers/compare.py} measures. */
final class SupervisorsBenchmark implements Benchmark {
    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var out = setting.work().resolve("measures.json");
        var script = setting.checkout().resolve("bench/peers/compare.sh");
        var size = setting.sizes().equals(Setting.Sizes.SMOKE) ? "smoke" : "usual";
        var command =
                List.of("sh", script.toString(), setting.work().toString(), out.toString(), size);
        var exit =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start()
                        .waitFor();
        if (exit != 0) {
            throw new IOException("the comparison ended with " + exit);
        }
        return result(JsonMapper.shared().readTree(Files.readString(out)));
    }

    private static Result result(JsonNode json) {
        var measures = new ArrayList<Measure>();
        for (var measure : json.path("measures")) {
            var values = new ArrayList<Double>();
            measure.path("values").forEach(value -> values.add(value.asDouble()));
            measures.add(
                    new Measure(
                            measure.path("label").asString(),
                            measure.path("unit").asString(),
                            goal(measure.path("goal")),
                            values));
        }
        var columns = new ArrayList<String>();
        json.path("columns").forEach(column -> columns.add(column.asString()));
        return new Result(json.path("how").asString(), measures, Map.of(), columns);
    }

    private static Optional<Goal> goal(JsonNode goal) {
        for (var sense : Goal.Sense.values()) {
            if (goal.path(sense.key()).isNumber()) {
                return Optional.of(new Goal(sense, goal.path(sense.key()).asDouble()));
            }
        }
        return Optional.empty();
    }
}
