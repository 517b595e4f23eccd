/** Running servers, compared by the same client. */
package io.lynxeye.bench.compare;
