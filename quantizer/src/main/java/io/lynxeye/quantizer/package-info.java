/** Turns a float32 model into one that computes in int8 where its answers allow. */
package io.lynxeye.quantizer;
