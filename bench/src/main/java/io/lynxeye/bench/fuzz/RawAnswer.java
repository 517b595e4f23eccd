package io.lynxeye.bench.fuzz;

/**
 * An answer as text; Latin-1.
 *
 * @param head its status line and headers
 */
record RawAnswer(int status, String head, String body) {}
