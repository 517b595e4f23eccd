package io.lynxeye.http;

import io.lynxeye.http.page.ServerView;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.liveness.Health;
import io.lynxeye.serving.repository.ModelRepository;
import io.lynxeye.serving.scoring.ScoringService;
import java.util.function.Supplier;

/**
 * The services that HTTP routes need.
 *
 * @param scoring scores images
 * @param requestLimiter limits the requests in flight
 * @param registry the models that serve
 * @param repository what Triton's clients can read of the models
 * @param health for health checks
 * @param view a snapshot of the server; called on event loops
 */
public record Backend(
    ScoringService scoring,
    RequestLimiter requestLimiter,
    ModelRegistry registry,
    ModelRepository repository,
    Health health,
    Supplier<ServerView> view) {}
