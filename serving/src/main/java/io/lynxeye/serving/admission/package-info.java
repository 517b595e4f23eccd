/**
 * Limits on work in flight. A limiter hands out permits or rejects, with the time to retry after.
 */
package io.lynxeye.serving.admission;
