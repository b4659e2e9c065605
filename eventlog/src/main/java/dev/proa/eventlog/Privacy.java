package dev.proa.eventlog;

import dev.proa.core.ProseRedaction;
import dev.proa.eventlog.NewEvent.Attention;
import dev.proa.eventlog.SettingValues.Kept;
import dev.proa.eventlog.SettingValues.PrivacyRule;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fits whatever is about to be stored under the cap of metadata and applies the settings' rules of
 * privacy to it, so that neither log, search index nor page ever sees what is left out. Safe to use
 * from any thread.
 */
final class Privacy {
    /** Of a log without settings: everything is kept as it comes. */
    static final Privacy NONE =
            new Privacy(
                    _ -> new PrivacyRule(Kept.KEEP, Kept.KEEP, Metadata.CAP, false), Metadata.CAP);

    private final Function<String, PrivacyRule> rules;
    private final int cap;

    private Privacy(Function<String, PrivacyRule> rules, int cap) {
        this.rules = rules;
        this.cap = cap;
    }

    static Privacy of(Settings settings) {
        return of(settings, Metadata.CAP);
    }

    /**
     * The rules of settings.
     *
     * @param cap of metadata, in bytes of UTF-8
     */
    static Privacy of(Settings settings, int cap) {
        return new Privacy(source -> settings.values().privacy().of(source), cap);
    }

    /** The event as it may be stored. */
    NewEvent clean(NewEvent event) {
        var rule = rules.apply(event.source());
        var fitted = event.metadata().within(cap);
        if (PrivateTexts.whole(rule) && !rule.redact() && fitted.equals(event.metadata())) {
            return event;
        }
        var edit = event.edit();
        return named(event, rule)
                .with(
                        metadata(fitted, event.eventType(), rule),
                        new NewEvent.Edit(text(rule, edit.file()), edit.added(), edit.removed()),
                        attention(event.attention(), rule));
    }

    /** The span as it may be stored; what it says of a failure is an answer. */
    NewSpan clean(NewSpan span) {
        var rule = rules.apply("otel");
        var message = text(rule, span.message());
        return span.with(
                rule.redact() ? ProseRedaction.of(span.name()) : span.name(),
                message == null ? null : shortened(message, rule),
                metadata(span.attributes().within(cap), "response", rule));
    }

    /** What tool, model, project and branch are called, where nothing should be secret. */
    private static NewEvent named(NewEvent event, PrivacyRule rule) {
        var calm =
                !rule.redact()
                        || Stream.of(
                                        event.toolName(),
                                        event.model(),
                                        event.project(),
                                        event.branch(),
                                        event.headBranch().orElse(null))
                                .noneMatch(name -> name != null && ProseRedaction.suspicious(name));
        return calm ? event : event.called(name -> text(rule, name));
    }

    private static @Nullable String shortened(String answer, PrivacyRule rule) {
        return switch (rule.outputs()) {
            case KEEP -> answer;
            case CUT -> HookMetadata.cut(answer, rule.cutAt());
            case DROP -> null;
        };
    }

    private static Metadata metadata(Metadata metadata, String eventType, PrivacyRule rule) {
        if (PrivateTexts.whole(rule)
                && !(rule.redact() && ProseRedaction.suspicious(metadata.json()))) {
            return metadata;
        }
        var texts = new PrivateTexts(rule, eventType);
        var clean = texts.of(Json.read(metadata.json())).toString();
        return new Metadata(clean, metadata.truncated() || texts.shortened());
    }

    private static @Nullable String text(PrivacyRule rule, @Nullable String text) {
        return text == null || !rule.redact() ? text : ProseRedaction.of(text);
    }

    /**
     * What a session waits for is told in a model's words, but for the call that it wants to make.
     */
    private static Attention attention(Attention attention, PrivacyRule rule) {
        return switch (attention) {
            case Attention.Keeps keeps -> keeps;
            case Attention.Clears(var request) -> new Attention.Clears(call(request, rule));
            case Attention.Asks(var text, var request) ->
                    new Attention.Asks(asked(text, request, rule), call(request, rule));
        };
    }

    private static Optional<String> call(Optional<String> request, PrivacyRule rule) {
        return rule.redact() ? request.map(ProseRedaction::of) : request;
    }

    private static String asked(String text, Optional<String> request, PrivacyRule rule) {
        var words = rule.redact() ? ProseRedaction.of(text) : text;
        if (request.isPresent() && text.endsWith(request.get())) {
            return words;
        }
        return switch (rule.outputs()) {
            case KEEP -> words;
            case CUT -> HookMetadata.cut(words, rule.cutAt());
            case DROP -> "Waits for you";
        };
    }
}
