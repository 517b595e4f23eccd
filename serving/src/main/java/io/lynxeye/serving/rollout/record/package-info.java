/**
 * What is known of the rollouts of each model, and its files: a decision is on the disk before it
 * takes effect.
 */
package io.lynxeye.serving.rollout.record;
