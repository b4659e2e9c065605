package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An OpenAPI document, as the judge of answers. */
final class Description {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> METHODS =
            Set.of("get", "post", "put", "delete", "patch", "head", "options");

    private final JsonNode document;
    private final Map<JsonNode, Schema> schemas = new HashMap<>();

    Description(String text) {
        document = JSON.readTree(text);
    }

    JsonNode document() {
        return document;
    }

    /** Every {@code GET /_proa/status}. */
    Set<String> operations() {
        var all = new TreeSet<String>();
        document.path("paths")
                .forEachEntry((path, item) ->
                        item.forEachEntry((method, _) -> {
                            assertThat(METHODS).contains(method);
                            all.add(method.toUpperCase(Locale.ROOT) + " " + path);
                        }));
        return all;
    }

    JsonNode operation(String operation) {
        var words = operation.split(" ", 2);
        return document.path("paths").path(words[1]).path(words[0].toLowerCase(Locale.ROOT));
    }

    /** Every {@code GET /_proa/status 401}. */
    Set<String> outcomes() {
        var all = new TreeSet<String>();
        for (var operation : operations()) {
            operation(operation)
                    .path("responses")
                    .propertyNames()
                    .forEach(status -> all.add(operation + " " + status));
        }
        return all;
    }

    /** Fails unless the answer is one of those that the document allows for the operation. */
    void allows(String operation, RawHttp.Answer answer) {
        var told = operation + " was answered " + answer;
        var response =
                resolved(
                        operation(operation)
                                .path("responses")
                                .path(Integer.toString(answer.status())));
        assertThat(response.isObject()).as("documented: " + told).isTrue();
        response.path("headers")
                .forEachEntry((name, header) -> {
                    var value = answer.fields().get(name.toLowerCase(Locale.ROOT));
                    assertThat(value).as(name + " of " + told).isNotNull();
                    valid(header.path("schema"), JSON.writeValueAsString(value), told);
                });
        var content = response.path("content");
        if (content.isMissingNode()) {
            assertThat(answer.body()).as(told).isEmpty();
            return;
        }
        assertThat(content.propertyNames()).as(told).contains(answer.type());
        var schema = content.path(answer.type()).path("schema");
        if (answer.type().endsWith("json")) {
            valid(schema, answer.body(), told);
        }
    }

    private JsonNode resolved(JsonNode node) {
        var ref = node.path("$ref").asString("");
        return ref.isEmpty() ? node : document.at(ref.substring(1));
    }

    /** Schemas point into the whole document, so each one is judged with its components. */
    private void valid(JsonNode schema, String json, String told) {
        var judge =
                schemas.computeIfAbsent(
                        schema,
                        each -> {
                            ObjectNode whole = JsonNodeFactory.instance.objectNode();
                            whole.putArray("allOf").add(each);
                            whole.set("components", document.path("components"));
                            return SchemaRegistry.withDefaultDialect(
                                            SpecificationVersion.DRAFT_2020_12)
                                    .getSchema(whole.toString(), InputFormat.JSON);
                        });
        assertThat(
                        judge.validate(
                                json,
                                InputFormat.JSON,
                                context ->
                                        context.executionConfig(
                                                config -> config.formatAssertionsEnabled(true))))
                .as(told)
                .isEmpty();
    }
}
