/** What a rollout costs the callers of the version that serves. */
package io.lynxeye.bench.rollout;
