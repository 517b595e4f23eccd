/** Log formats and the access log. */
package io.lynxeye.telemetry.logging;
