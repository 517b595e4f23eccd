/** DJL and TensorFlow: natives, devices, load, predict. The only place that knows tensors. */
package io.lynxeye.engine;
