/** Tensors as requests and answers carry them, in every protocol. */
package io.lynxeye.tensors;
