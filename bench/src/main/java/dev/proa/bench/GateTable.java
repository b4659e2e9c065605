package dev.proa.bench;

import tools.jackson.databind.JsonNode;

/** The evidence of the paired gate ({@code bench/peers/gate.sh}) as a section of the page. */
final class GateTable {
    private GateTable() {}

    static String of(JsonNode json) {
        var out = new StringBuilder("\n## paired gate\n\n");
        out.append(json.path("title").asString());
        out.append(
                ". A cell is the trials in which processes were left, and how many processes in all.\n\n");
        out.append(
                "| supervisor | version | after `kill -9` of it | after its orderly stop |\n|---|---|---|---|\n");
        for (var system : json.path("systems").properties()) {
            out.append(
                    "| %s | %s | %s | %s |\n"
                            .formatted(
                                    system.getKey(),
                                    system.getValue().path("version").asString(),
                                    cell(system.getValue().path("kill -9")),
                                    cell(system.getValue().path("orderly stop"))));
        }
        for (var missing : json.path("missing").properties()) {
            out.append("\nMissing: ").append(missing.getValue().asString()).append(".\n");
        }
        out.append("\nRepeat: `bench/peers/gate.sh`. Run ").append(json.path("at").asString());
        return out.append(".\n").toString();
    }

    private static String cell(JsonNode outcome) {
        return "%d of %d, %d"
                .formatted(
                        outcome.path("trials_with_survivors").asInt(),
                        outcome.path("trials").asInt(),
                        outcome.path("survivors").asInt());
    }
}
