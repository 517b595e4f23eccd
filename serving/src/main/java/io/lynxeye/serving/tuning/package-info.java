/**
 * Measures which worker count, threads and batch size score most images per second, and caches the
 * result.
 */
package io.lynxeye.serving.tuning;
