package io.lynxeye.metrics;

/**
 * A GPU's memory, whoever holds it.
 *
 * @param gpu its number
 */
public record GpuMemory(int gpu, long usedBytes, long totalBytes) {}
