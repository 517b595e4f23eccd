/**
 * {@code ./lynxeye bench}: the engine, the decoder and the server side by side in one run; and the
 * commands that try to break them.
 */
package io.lynxeye.bench;
