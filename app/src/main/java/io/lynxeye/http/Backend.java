package io.lynxeye.http;

import io.lynxeye.admission.RequestLimiter;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.scoring.ScoringService;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the addresses stand for.
 *
 * @param scoring what they ask to score
 * @param admission what the server carries at once
 * @param registry the models that answer
 * @param ready whether the server can score now; asked on event loops
 * @param view what to show of the server; asked on event loops
 */
public record Backend(
    ScoringService scoring,
    RequestLimiter admission,
    ModelRegistry registry,
    BooleanSupplier ready,
    Supplier<ServerView> view) {}
