package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastingNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "assets/index-BxA3k9Zq.js",
                "assets/index-B_A-k9Zq.css",
                "assets/app-3f9a1c77.js",
                "main.3f9a1c77d0e2b4a5c6d7.js",
                "static/js/main.3f9a1c77.chunk.js",
                "chunk-7QV2L4ZB.js",
                "app-BxA3k9Zq.js.map",
                "app-BxA3k9Zq.min.js",
                "3f9a1c77d0e2b4a5c6d73f9a1c77d0e2.wasm"
            })
    void knowsWhatABundlerHasNamed(String path) {
        if (path.contains(".chunk.")) {
            assertThat(LastingName.of(path)).as("the hash is not at the end").isFalse();
        } else {
            assertThat(LastingName.of(path)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "index.html",
                "app.js",
                "jquery-3.7.1.min.js",
                "my-component.js",
                "Button-Component.js",
                "my-TextArea.js",
                "assets/my-textarea.js",
                "assets/roboto-latin.woff2",
                "report-20261121.pdf",
                "README-CHANGES.md",
                "heading-Section2.js",
                "decade2000.js",
                "facade.js",
                "user-settings-page-component.js",
                "3f9a1c77",
                "assets/"
            })
    void takesAWordForAWord(String path) {
        assertThat(LastingName.of(path)).isFalse();
    }
}
