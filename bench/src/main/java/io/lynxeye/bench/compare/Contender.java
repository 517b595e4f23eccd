package io.lynxeye.bench.compare;

import io.lynxeye.bench.load.Target;

/**
 * A server in a comparison.
 *
 * @param name shown in the results
 */
record Contender(String name, Target target, ServerLoad load) {}
