package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstScriptsTest {
    private static final String TAG = "<script src=\"/boot.js\"></script>";

    /** The place is marked with an at sign. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!doctype html><html><head>@<script>a</script></head>",
                "<!DOCTYPE html>\n<HTML lang=\"a>b\">\n <HEAD\n data-x='>'>@\n<meta charset=utf-8>",
                "\u00ef\u00bb\u00bf<!doctype html>\n@<title>t</title><script>a</script>",
                "<!-- <head> --><!doctype html><html><!-- c --><head>@<script>",
                "<html>@<body><script>a</script>",
                "<!doctype html>@<script>a</script><head>",
                "<html>@<header><script>a</script></header>",
                "<head/>@<script>",
                "@<p>text",
                "@",
                "@<!-- never ends <head>"
            })
    void standsBeforeEveryOtherScript(String marked) {
        var document = marked.replace("@", "").getBytes(StandardCharsets.ISO_8859_1);

        var written = FirstScripts.into(document, List.of("/boot.js"));

        assertThat(new String(written, StandardCharsets.ISO_8859_1))
                .isEqualTo(marked.replace("@", TAG));
    }

    @Test
    void keepsEveryByteOfTheDocument() {
        var document = "<head><title>Grüße – 日本</title>".getBytes(StandardCharsets.UTF_8);

        var written = FirstScripts.into(document, List.of("/boot.js", "/b.js"));

        assertThat(new String(written, StandardCharsets.UTF_8))
                .isEqualTo(
                        "<head>"
                                + TAG
                                + "<script src=\"/b.js\"></script><title>Grüße – 日本</title>");
    }

    @Test
    void findsItsPlaceInALongBeginning() {
        var beginning =
                "<!-- "
                        + "x".repeat(100_000)
                        + " -->"
                        + " ".repeat(100_000)
                        + "<html a='"
                        + "y".repeat(100_000)
                        + "'><head>";

        var written =
                FirstScripts.into(
                        (beginning + "<script>").getBytes(StandardCharsets.UTF_8),
                        List.of("/boot.js"));

        assertThat(new String(written, StandardCharsets.UTF_8))
                .isEqualTo(beginning + TAG + "<script>");
    }
}
