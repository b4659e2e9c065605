package dev.proa.gateway;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Forms that are compressed when they are first asked for: each once, away from the event loops,
 * and kept as long as there is room. What finds none is sent as it is.
 */
final class PackedForms {
    private static final long ROOM = 16L * 1024 * 1024;
    private static final long MOST = 8L * 1024 * 1024;
    private static final long LEAST = 512;

    private record Key(PageForm plain, Coding coding) {}

    private final Executor threads;
    private final Map<Key, CompletableFuture<Optional<PageForm>>> forms = new ConcurrentHashMap<>();
    private final AtomicLong room = new AtomicLong(ROOM);

    PackedForms(Executor threads) {
        this.threads = threads;
    }

    /**
     * Tells the form, or that there is none, at once if that is known and else on {@code loop}.
     *
     * @param needed whether the client takes nothing else, so that it need not pay
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what it comes to is told
    void find(
            PageFile file,
            Coding coding,
            boolean needed,
            Executor loop,
            Consumer<Optional<PageForm>> told) {
        var plain = file.plain();
        var worth = PageTypes.compressible(file.type()) && plain.length() >= LEAST;
        if (plain.length() > MOST || !(worth || needed)) {
            told.accept(Optional.empty());
            return;
        }
        var form =
                forms.computeIfAbsent(
                        new Key(plain, coding),
                        key -> CompletableFuture.supplyAsync(() -> make(key), threads));
        if (form.isDone()) {
            told.accept(useful(form.join(), plain, needed));
        } else {
            form.thenAcceptAsync(made -> told.accept(useful(made, plain, needed)), loop);
        }
    }

    private static Optional<PageForm> useful(
            Optional<PageForm> made, PageForm plain, boolean needed) {
        return made.filter(form -> needed || form.length() < plain.length());
    }

    private Optional<PageForm> make(Key key) {
        if (!Compression.available(key.coding())) {
            return Optional.empty();
        }
        try (var in = key.plain().read()) {
            var bytes = Compression.compressed(key.coding(), in);
            if (room.addAndGet(-bytes.length) < 0) {
                room.addAndGet(bytes.length);
                return Optional.empty();
            }
            return Optional.of(PageForm.ofMemory(key.coding(), bytes));
        } catch (IOException e) {
            // It has changed on disk, which whoever sends it will find, too.
            return Optional.empty();
        }
    }
}
