/** Tensors as requests and responses carry them, in every protocol. */
package io.lynxeye.serving.tensors;
