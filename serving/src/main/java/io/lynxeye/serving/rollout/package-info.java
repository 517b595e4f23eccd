/**
 * Rollouts: a new version is tried in the shadow of the one that serves, judged by what both say of
 * the same inputs, and promoted or stopped.
 */
package io.lynxeye.serving.rollout;
