/**
 * Converts a TensorFlow.js layers model (a Keras layer graph in JSON with float32 weights in
 * shards) into a frozen TensorFlow SavedModel. Independent of downloads, stores and catalogues.
 */
package io.lynxeye.importers.keras;
