/** What the rules of a rollout decide by chance, by simulation. */
package io.lynxeye.bench.simulation;
