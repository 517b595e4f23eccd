package io.lynxeye.metrics;

import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.scoring.Admission;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What is asked at each scrape.
 *
 * @param statuses every version there is
 * @param registry those that answer
 * @param defaultModel a name that may have requests before it has a version
 * @param admission what the server carries
 * @param ready whether it can score
 * @param unusable entries of the store that cannot be served
 * @param gpus each GPU's memory; none where there is no GPU. Asked every time: takes milliseconds
 * @param collected how the collection of pictures goes; empty while there is none
 */
public record Watched(
    Supplier<? extends Collection<ModelStatus>> statuses,
    ModelRegistry registry,
    String defaultModel,
    Admission admission,
    BooleanSupplier ready,
    IntSupplier unusable,
    Supplier<List<GpuMemory>> gpus,
    Optional<Collected> collected) {}
