package io.lynxeye.serving.tensors;

/**
 * An output that a request asks for.
 *
 * @param classes how many of the best classes instead of the scores; 0 = the scores
 */
public record RequestedOutput(String name, int classes) {}
