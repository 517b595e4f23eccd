/**
 * Whether a new version of a model is safe to serve: statistics of two versions that scored the
 * same inputs. Only numbers: no threads, no files, no clock.
 */
package io.lynxeye.serving.rollout.verdict;
