package io.lynxeye.metrics;

import java.util.function.LongSupplier;

/**
 * How the collection of scored pictures goes.
 *
 * @param noted pictures that were noted
 * @param dropped pictures that should have been and were not
 */
public record Collected(LongSupplier noted, LongSupplier dropped) {}
