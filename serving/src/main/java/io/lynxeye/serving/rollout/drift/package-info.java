/**
 * Whether the inputs of a version have moved away from those of its first hours: by its answers
 * only. Numbers: no threads, no files, no clock.
 */
package io.lynxeye.serving.rollout.drift;
