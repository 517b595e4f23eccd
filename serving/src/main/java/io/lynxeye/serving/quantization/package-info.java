/** Where a quantised version is, and what its report says. */
package io.lynxeye.serving.quantization;
