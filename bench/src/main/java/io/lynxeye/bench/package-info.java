/** {@code ./lynxeye bench}: the engine, the decoder and the server side by side in one run. */
package io.lynxeye.bench;
