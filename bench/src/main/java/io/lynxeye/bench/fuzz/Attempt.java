package io.lynxeye.bench.fuzz;

import java.util.List;

/**
 * What is sent over one connection.
 *
 * @param number with the seed it makes the same attempt again
 * @param route of the first request
 * @param pieces written one after the other, with a pause between them
 * @param methods of its requests, in order
 * @param isWhole whether it is well-formed enough that each request must be answered
 */
record Attempt(
    long number,
    String route,
    boolean isForAdministrators,
    List<byte[]> pieces,
    List<String> methods,
    boolean isWhole) {}
