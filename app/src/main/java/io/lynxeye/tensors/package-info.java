/** Tensors as protocols speak of them, to and from what a model takes and tells. */
package io.lynxeye.tensors;
