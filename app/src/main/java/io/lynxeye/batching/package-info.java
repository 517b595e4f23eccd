/** A queue and the workers that run its jobs in batches. Knows nothing of models. */
package io.lynxeye.batching;
