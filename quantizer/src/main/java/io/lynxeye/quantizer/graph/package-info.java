/** Frozen TensorFlow graphs: nodes, constants, and the layers that can become int8. */
package io.lynxeye.quantizer.graph;
