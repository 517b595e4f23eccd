/** Samples scored images to disk. */
package io.lynxeye.telemetry.collection;
