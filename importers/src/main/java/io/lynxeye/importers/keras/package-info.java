/**
 * A TensorFlow.js layers model (a Keras layer graph in JSON with float32 weights in shards) becomes
 * a frozen TensorFlow SavedModel. Knows nothing of downloads, stores or catalogues.
 */
package io.lynxeye.importers.keras;
