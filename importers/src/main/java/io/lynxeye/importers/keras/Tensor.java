package io.lynxeye.importers.keras;

/**
 * The output of a layer.
 *
 * @param node the TensorFlow node that computes it
 * @param rank 4 for [batch, height, width, channels], 2 for [batch, channels]
 * @param channels length of the last dimension
 */
record Tensor(String node, int rank, int channels) {

  Tensor withChannels(int newRank, int newChannels) {
    return new Tensor(node, newRank, newChannels);
  }
}
