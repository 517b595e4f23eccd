/** The parts of a run: engine, decoder, pipeline, and closed and open loops over HTTP. */
package io.lynxeye.bench.part;
