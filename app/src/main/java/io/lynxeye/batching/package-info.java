/** A bounded queue and the workers that empty it batch by batch; knows nothing of models. */
package io.lynxeye.batching;
