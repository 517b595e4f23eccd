/** The Open Inference Protocol of KServe and Triton. */
package io.lynxeye.http.openinference;
