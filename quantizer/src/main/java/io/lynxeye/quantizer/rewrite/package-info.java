/** Writes graphs in which some layers compute in int8, with oneDNN's operations in TensorFlow. */
package io.lynxeye.quantizer.rewrite;
