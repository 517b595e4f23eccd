/** The setup of a run: options, test images, the engine in this process and a server process. */
package io.lynxeye.bench.setup;
