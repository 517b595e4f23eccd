/** Compares the answers of the serving versions with their baselines, for drift of the inputs. */
package io.lynxeye.serving.rollout.watch;
