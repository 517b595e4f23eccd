package io.lynxeye.batching;

import java.time.Duration;

/**
 * A job's output and how it came about.
 *
 * @param output what the runner returned for the job
 * @param queued from submission until a worker took it
 * @param ran the engine call it was part of
 * @param batchSize jobs in that call
 */
public record BatchOutput<O>(O output, Duration queued, Duration ran, int batchSize) {}
