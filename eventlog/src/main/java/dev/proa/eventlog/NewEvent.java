package dev.proa.eventlog;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An event that keeps to the contract and is not stored yet.
 *
 * @param clientMillis when it happened by the sender's clock, in milliseconds since 1970
 * @param metadata within the cap once the log has taken it
 * @param costNanos the cost that the source gave, in US dollars times 10^9; null if it gave none
 * @param headBranch what the project's working tree has checked out now
 * @param edit what it did to files, taken before metadata was cut
 * @param closes whether it ends its session for good, whatever the agent
 * @param past that it comes from a file that tells of the past; null if it is news
 * @param texts what its metadata says in words
 */
record NewEvent(
        @Nullable String eventId,
        String sessionId,
        String agentType,
        String eventType,
        @Nullable String toolName,
        String status,
        Tokens tokens,
        @Nullable String branch,
        @Nullable String project,
        @Nullable Long durationMs,
        @Nullable Long clientMillis,
        Metadata metadata,
        @Nullable String model,
        @Nullable Long costNanos,
        String source,
        Optional<String> headBranch,
        Edit edit,
        Attention attention,
        boolean closes,
        Identity identity,
        @Nullable Past past,
        EventTexts texts) {

    /**
     * The classes of tokens; none is negative, and none is part of another.
     *
     * @param cacheWrite written into a cache, for whatever time
     * @param cacheWriteHour how many of {@code cacheWrite} are kept for an hour, which costs more
     */
    record Tokens(long in, long out, long cacheRead, long cacheWrite, long cacheWriteHour) {
        static final Tokens NONE = new Tokens(0, 0, 0, 0);

        Tokens {
            if (cacheWriteHour > cacheWrite) {
                throw new IllegalArgumentException(cacheWriteHour + " of " + cacheWrite);
            }
        }

        Tokens(long in, long out, long cacheRead, long cacheWrite) {
            this(in, out, cacheRead, cacheWrite, 0);
        }

        boolean any() {
            return in > 0 || out > 0 || cacheRead > 0 || cacheWrite > 0;
        }

        long sum() {
            return Sums.plus(Sums.plus(in, out), Sums.plus(cacheRead, cacheWrite));
        }
    }

    /**
     * What it is about beyond its session, as far as its source says.
     *
     * @param messageId the model's name of its answer, such as {@code msg_01X}
     * @param requestId the provider's name of the request, such as {@code req_011}
     * @param subagent which of the session's sub-agents did it
     * @param metered whether its tokens and cost are an increment of a meter that sums up requests,
     *     not those of one request
     */
    record Identity(
            @Nullable String messageId,
            @Nullable String requestId,
            @Nullable String subagent,
            boolean metered) {
        static final Identity NONE = new Identity(null, null, null, false);
    }

    /**
     * What a file tells is no news.
     *
     * @param arrivedMillis when another log took it in; null if none did
     */
    record Past(@Nullable Long arrivedMillis) {
        static final Past UNSEEN = new Past(null);
    }

    /** When a log took it in for the first time, if this one does so now. */
    long arrived(long now) {
        return past == null || past.arrivedMillis() == null
                ? now
                : Math.min(past.arrivedMillis(), now);
    }

    /** Changed lines, and the file if a tool that edits named one. */
    record Edit(@Nullable String file, long added, long removed) {
        static final Edit NONE = new Edit(null, 0, 0);
    }

    /** What it says about a person being waited for. */
    sealed interface Attention {
        record Keeps() implements Attention {}

        /**
         * The session went on. {@code request} is what it announced: senders run side by side, so
         * the announcement of a call may come after the question about that very call.
         */
        record Clears(Optional<String> request) implements Attention {}

        /** The session waits; {@code request} is the call that is asked about. */
        record Asks(String text, Optional<String> request) implements Attention {}
    }

    /** The same event of things that are called otherwise; null stays null. */
    NewEvent called(UnaryOperator<@Nullable String> name) {
        return new NewEvent(
                eventId,
                sessionId,
                agentType,
                eventType,
                name.apply(toolName),
                status,
                tokens,
                name.apply(branch),
                name.apply(project),
                durationMs,
                clientMillis,
                metadata,
                name.apply(model),
                costNanos,
                source,
                headBranch.map(name),
                edit,
                attention,
                closes,
                identity,
                past,
                texts);
    }

    /** The same event with other texts. */
    NewEvent with(Metadata metadata, Edit edit, Attention attention) {
        return new NewEvent(
                eventId,
                sessionId,
                agentType,
                eventType,
                toolName,
                status,
                tokens,
                branch,
                project,
                durationMs,
                clientMillis,
                metadata,
                model,
                costNanos,
                source,
                headBranch,
                edit,
                attention,
                closes,
                identity,
                past,
                metadata.equals(this.metadata)
                        ? texts
                        : EventTexts.of(eventType, status, metadata.json()));
    }

    /** About how many bytes it takes in memory. */
    long weight() {
        return 512 + 2L * metadata.json().length();
    }
}
