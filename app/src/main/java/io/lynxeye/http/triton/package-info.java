/** Triton's extensions of the Open Inference Protocol: configuration, statistics, repository. */
package io.lynxeye.http.triton;
