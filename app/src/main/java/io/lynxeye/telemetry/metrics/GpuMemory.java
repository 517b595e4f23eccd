package io.lynxeye.telemetry.metrics;

/**
 * The memory of a GPU, including that of other processes.
 *
 * @param gpu the GPU's number
 */
public record GpuMemory(int gpu, long usedBytes, long totalBytes) {}
