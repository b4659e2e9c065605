package dev.proa.runtime;

import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/** {@code POST /_proa/support-bundle}. */
final class BundleRoute {
    private final String appId;
    private final InstantSource time;
    private final Supplier<SupportBundle> bundle;

    BundleRoute(String appId, InstantSource time, Supplier<SupportBundle> bundle) {
        this.appId = appId;
        this.time = time;
        this.bundle = bundle;
    }

    BackendRoute route() {
        return BackendRoute.reading("POST", "/_proa/support-bundle", this::download);
    }

    private BackendResponse download(BackendRequest request) throws IOException {
        var _ = Answers.reason(request.only());
        var bytes = new ByteArrayOutputStream();
        bundle.get().write(bytes);
        var name = SupportBundle.fileName(appId, time.instant());
        return new BackendResponse.Whole(
                200,
                Map.of(
                        "content-type",
                        "application/zip",
                        "content-disposition",
                        "attachment; filename=\"" + name + "\""),
                bytes.toByteArray());
    }
}
