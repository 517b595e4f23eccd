package io.lynxeye.serving.batching;

import java.time.Duration;

/**
 * A job's output and its timings.
 *
 * @param output what the runner returned for the job
 * @param queued time from submission until a worker took the job
 * @param ran duration of the inference call that included it
 * @param batchSize number of jobs in that call
 */
public record BatchOutput<O>(O output, Duration queued, Duration ran, int batchSize) {}
