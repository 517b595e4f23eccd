/** Groups waiting jobs into batches for the workers of one model. */
package io.lynxeye.serving.batching;
